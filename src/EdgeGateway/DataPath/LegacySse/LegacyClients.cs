using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EdgeGateway.DataPath.LegacySse;

/// <summary>The 2024-11-05 clients that are connected. Each costs its client an open connection, which is the limit on their number.</summary>
internal sealed class LegacyClients
{
    // Written as streams begin and end; read by every message without a lock.
    private readonly ConcurrentDictionary<string, LegacyClient> _byId = new(StringComparer.Ordinal);

    public LegacyClient Open(HttpContext stream, string serverId, string principal)
    {
        // 256 random bits: who knows the id may speak for the client, if he is the same principal.
        var client = new LegacyClient(RandomNumberGenerator.GetHexString(64, lowercase: true), serverId, principal, stream);
        _byId[client.Id] = client;
        return client;
    }

    /// <summary>The client, if it is this server's and this principal's. Somebody else's id looks exactly like an unknown one.</summary>
    public LegacyClient? Find(string id, string serverId, string principal) =>
        _byId.TryGetValue(id, out var client) && client.ServerId == serverId && client.Principal == principal ? client : null;

    public void Remove(LegacyClient client) => _byId.TryRemove(client.Id, out _);
}
