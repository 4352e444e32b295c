using System.Collections.Frozen;

namespace EdgeGateway.DataPath.Route;

/// <summary>The servers as the data path sees them. A request reads it once, at entry, and never again.</summary>
internal sealed class RoutingTable
{
    // Written by the control plane (one writer, under its own lock); read by every request without a lock.
    private FrozenDictionary<string, ServerRoute> _routes = FrozenDictionary<string, ServerRoute>.Empty;

    public ServerRoute? Find(string serverId) => Volatile.Read(ref _routes).GetValueOrDefault(serverId);

    public IReadOnlyCollection<ServerRoute> All => Volatile.Read(ref _routes).Values;

    public void Publish(IEnumerable<ServerRoute> routes) =>
        Volatile.Write(ref _routes, routes.ToFrozenDictionary(route => route.Server.Id, StringComparer.Ordinal));
}
