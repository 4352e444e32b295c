using System.Buffers.Text;
using System.Text;
using EdgeGateway.Pooling;
using EdgeGateway.Sealing;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>
/// Seals client session ids. Whose the id is (server, principal, credential) is authenticated with it but not carried in it: a request
/// brings that anyway, so for anybody else the id does not open.
/// </summary>
/// <param name="gatewayKey">gateway.key.</param>
/// <param name="previousKey">gateway.key.previous; empty for none.</param>
internal sealed class SessionSeal(ReadOnlySpan<byte> gatewayKey, ReadOnlySpan<byte> previousKey)
{
    private readonly SealedBox _box = SealedBox.Derived(gatewayKey, previousKey, "edge-gateway client sessions v1"u8);

    /// <summary>Visible ASCII, as MCP demands of a session id.</summary>
    public string Seal(ReadOnlySpan<byte> content, string serverId, in Caller owner) =>
        Base64Url.EncodeToString(_box.Seal(content, Owner(serverId, owner)));

    /// <summary>Null when it was not sealed here for this owner, or is not exactly the text that was issued.</summary>
    public byte[]? Open(string id, string serverId, in Caller owner)
    {
        if (!Base64Url.IsValid(id))
        {
            return null;
        }

        // The last character has bits that mean nothing: one session, one spelling.
        var box = Base64Url.DecodeFromChars(id);
        return Base64Url.EncodeToString(box) == id ? _box.Open(box, Owner(serverId, owner)) : null;
    }

    /// <summary>With lengths, so that no principal can pass for another and a credential.</summary>
    private static byte[] Owner(string serverId, in Caller owner) =>
        Encoding.UTF8.GetBytes($"{serverId.Length}:{serverId}{owner.Principal.Length}:{owner.Principal}{owner.Credential.Fingerprint}");
}
