using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.ControlPlane.Servers;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>A server whose pool is there.</summary>
internal sealed record LivePool(ManagedServer Server, PoolIdentity Identity);

/// <summary>Finds a server's pool, or says which of the reasons there is none. Their order is api.md's.</summary>
internal sealed class PoolGate(ServerCatalog catalog, LiveSettings settings)
{
    public Outcome<LivePool> Find(string serverId)
    {
        if (catalog.Find(serverId) is not { } managed)
        {
            return Problem.ServerNotFound(serverId);
        }

        if (!settings.Current.Pools.Enabled)
        {
            return Problem.Of(ProblemTypes.PoolingDisabled, "Pooling is disabled globally (SESSION_POOL_ENABLED=false)");
        }

        if (!managed.Effective.Enabled)
        {
            return Problem.Of(ProblemTypes.PoolNotEnabled, $"Pooling not enabled for server {serverId}");
        }

        return managed.Identity is { } identity
            ? new LivePool(managed, identity)
            : Problem.Of(ProblemTypes.PoolCreationFailed, $"The pool for server {serverId} could not be created: {managed.CreationFailure}");
    }

    public IEnumerable<LivePool> All =>
        catalog.Ordered.Where(managed => managed.Identity is not null).Select(managed => new LivePool(managed, managed.Identity!));
}
