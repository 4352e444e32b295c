namespace EdgeGateway.DataPath.Route;

/// <summary>The servers as the data path sees them. A request reads it once, at entry, and never again.</summary>
internal sealed class RoutingTable
{
    // Replaced by the control plane (one writer, under its own lock), never changed; read by every request without a lock.
    private Dictionary<string, ServerRoute> _routes = new(StringComparer.Ordinal);

    public ServerRoute? Find(ReadOnlySpan<char> serverId) =>
        Volatile.Read(ref _routes).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(serverId, out var route) ? route : null;

    public IReadOnlyCollection<ServerRoute> All => Volatile.Read(ref _routes).Values;

    public void Publish(IEnumerable<ServerRoute> routes) =>
        Volatile.Write(ref _routes, routes.ToDictionary(route => route.Server.Id, StringComparer.Ordinal));
}
