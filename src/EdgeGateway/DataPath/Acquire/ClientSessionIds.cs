using System.Security.Cryptography;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Issues client session ids, and reads those an earlier run of the gateway issued.</summary>
internal sealed class ClientSessionIds(SessionSeal seal, TimeProvider clock)
{
    /// <summary>How long after its issue a session may be gone on with, and for how long its end is remembered (protocol.md section 5).</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly ulong _run = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    // Written by every initialize (Interlocked).
    private uint _last;

    /// <param name="serverId">The server it is for.</param>
    /// <param name="owner">Who gets it.</param>
    /// <param name="protocolVersion">The revision agreed on.</param>
    /// <param name="own">The client's own upstream session; null where it has none.</param>
    /// <param name="isVirtual">Whether its upstream has none either.</param>
    public IssuedId Issue(string serverId, in Caller owner, string protocolVersion, PooledUpstream? own, bool isVirtual = false)
    {
        var kind = own is null ? (isVirtual ? SealedKind.Virtual : SealedKind.Shared) : own.IsResumable ? SealedKind.Bound : SealedKind.Ends;
        var serial = new SessionSerial(_run, Interlocked.Increment(ref _last));
        var session = new SealedSession(serial, clock.GetUtcNow(), kind, owner.Class, protocolVersion, own?.Endpoint ?? 0, own?.Session.SessionId);
        var content = SealedSessionFormat.Write(session);
        if (!SealedSessionFormat.Fits(content))
        {
            session = session with { Kind = SealedKind.Ends, Class = new SessionClass("", ""), UpstreamId = null };
            content = SealedSessionFormat.Write(session);
        }

        return new IssuedId(seal.Seal(content, serverId, owner), session);
    }

    /// <summary>What an id of an earlier run says; null when it is somebody else's, was changed, is too old, or is one of this run, which are all known.</summary>
    public SealedSession? Read(string id, string serverId, in Caller owner)
    {
        if (seal.Open(id, serverId, owner) is not { } content)
        {
            return null;
        }

        var session = SealedSessionFormat.Read(content);
        return session.Serial.Run != _run && session.Kind != SealedKind.Ends && clock.GetUtcNow() - session.Issued < Life ? session : null;
    }
}

/// <summary>A client session id, and what it says.</summary>
internal sealed record IssuedId(string Text, SealedSession Content)
{
    /// <summary>Whether the session may go on after a restart, so that its end has to be remembered.</summary>
    public bool Survives => Content.Kind != SealedKind.Ends;
}
