using System.Collections.Immutable;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>The servers as the control plane sees them, one immutable snapshot at a time. Reads of the API come from here, not from the database.</summary>
internal sealed class ServerCatalog
{
    // Written inside a turn of the ChangeGate, after the database; read by every API request without a lock.
    private ImmutableDictionary<string, ManagedServer> _servers = ImmutableDictionary.Create<string, ManagedServer>(StringComparer.Ordinal);

    public ImmutableDictionary<string, ManagedServer> Servers
    {
        get => Volatile.Read(ref _servers);
        set => Volatile.Write(ref _servers, value);
    }

    public ManagedServer? Find(string id) => Servers.GetValueOrDefault(id);

    /// <summary>In the order of their names, which is the order of the API.</summary>
    public IEnumerable<ManagedServer> Ordered => Servers.Values.OrderBy(managed => managed.Definition.Name, StringComparer.Ordinal);
}
