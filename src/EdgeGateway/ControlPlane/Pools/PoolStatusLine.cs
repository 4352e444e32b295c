using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>The pools in one line: sessions in use and all that are open, and those on their way out. Takes the lock of each pool once.</summary>
internal sealed class PoolStatusLine(ServerCatalog catalog) : IStatusSource
{
    public string Describe()
    {
        var (servers, used, open, draining) = (0, 0, 0, 0);
        foreach (var managed in catalog.Servers.Values)
        {
            var stats = managed.Pool.Stats();
            servers++;
            used += stats.Active;
            open += stats.Total;
            draining += stats.Draining;
        }

        return $"{servers} {(servers == 1 ? "server" : "servers")}, {used}/{open} sessions{(draining > 0 ? $", {draining} draining" : "")}";
    }
}
