using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using EdgeGateway.Sealing;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>
/// Sign-in to the admin page: a cookie that a browser keeps and no script sees, and the link that gives one once. Both carry all they say
/// under a seal, so nothing is kept for them but what ended before its time.
/// </summary>
internal sealed class PageSessions(GatewayOptions options, Revocations revocations, TimeProvider clock)
{
    /// <summary>Shown to people, so that they know what they hold.</summary>
    private const string LinkPrefix = "once-";

    private const int IdLength = 16;

    /// <summary>A working day; never longer than the token that was shown for it.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(30);

    /// <summary>A session ends with what its token was checked against: another key, issuer or audience, or a gateway that asked for none.</summary>
    private readonly byte[] _session = [.. "session"u8, .. SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', options.AuthRequired, options.JwtAlgorithm, options.JwtIssuer, options.JwtAudience, options.JwtSecretKey, options.JwtPublicKeyFile)))];

    private readonly SealedBox _box = SealedBox.Derived(FirstRun.KeyOf(options), FirstRun.PreviousKeyOf(options), "edge-gateway page sessions v1"u8);

    /// <summary>A text for a cookie that stands for this principal.</summary>
    public (string Text, DateTimeOffset Expires) Begin(Principal principal)
    {
        var end = clock.GetUtcNow() + Life;
        var expires = principal.ExpiresAt < end ? principal.ExpiresAt : end;
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(RandomNumberGenerator.GetBytes(IdLength));
        writer.Write(expires.ToUnixTimeSeconds());
        writer.Write((int)principal.Permissions);
        writer.Write(principal.Name);
        writer.Write(principal.TokenId ?? "");
        writer.Flush();
        return (Base64Url.EncodeToString(_box.Seal(bytes.ToArray(), _session)), expires);
    }

    /// <summary>Whom a cookie stands for; null when it is none of ours, is over, or it or its token was revoked.</summary>
    public Principal? Find(string text)
    {
        if (Open(text, _session) is not { } content)
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
        var id = SessionId(reader.ReadBytes(IdLength));
        var expires = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64());
        var permissions = (Permissions)reader.ReadInt32();
        var name = reader.ReadString();
        var token = reader.ReadString();
        return clock.GetUtcNow() < expires && !revocations.Contains(id) && !revocations.Contains(token)
            ? new Principal(name, permissions, null, expires) { TokenId = id }
            : null;
    }

    /// <summary>A text that signs an admin in once, within half an hour.</summary>
    public string NewLink()
    {
        var content = new byte[IdLength + sizeof(long)];
        RandomNumberGenerator.Fill(content.AsSpan(0, IdLength));
        BitConverter.TryWriteBytes(content.AsSpan(IdLength), (clock.GetUtcNow() + LinkLife).ToUnixTimeSeconds());
        return LinkPrefix + Base64Url.EncodeToString(_box.Seal(content, "link"u8));
    }

    public static bool IsLink(string text) => text.StartsWith(LinkPrefix, StringComparison.Ordinal);

    /// <summary>The admin a link signs in; null when it is none of ours, too old, or was used.</summary>
    public Principal? Redeem(string text)
    {
        if (!IsLink(text) || Open(text[LinkPrefix.Length..], "link"u8) is not { } content)
        {
            return null;
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds(BitConverter.ToInt64(content.AsSpan(IdLength)));
        return clock.GetUtcNow() < expires && revocations.TryRevoke("link " + Convert.ToHexString(content.AsSpan(0, IdLength)), expires)
            ? new Principal("admin", Permissions.Admin, null, DateTimeOffset.MaxValue)
            : null;
    }

    /// <summary>The page's user leaves.</summary>
    /// <param name="principal">As <see cref="Find"/> gave it.</param>
    public void End(Principal principal) => revocations.TryRevoke(principal.TokenId!, principal.ExpiresAt);

    private byte[]? Open(string text, ReadOnlySpan<byte> context) =>
        Base64Url.IsValid(text) ? _box.Open(Base64Url.DecodeFromChars(text), context) : null;

    /// <summary>No token's <c>jti</c> is taken for one: the space does not occur in those the gateway makes, and others cannot know the id.</summary>
    private static string SessionId(ReadOnlySpan<byte> id) => "session " + Convert.ToHexString(id);
}
