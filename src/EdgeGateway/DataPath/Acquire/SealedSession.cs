using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>What a client session id says inside: enough to go on with the session after a restart of the gateway (protocol.md section 5).</summary>
/// <param name="Serial">Which client session.</param>
/// <param name="Issued">When, to the second.</param>
/// <param name="Kind">Whether there is anything to go on with.</param>
/// <param name="Class">What the session was opened as.</param>
/// <param name="ProtocolVersion">The revision agreed with the upstream.</param>
/// <param name="Endpoint">Where its own upstream session is open.</param>
/// <param name="UpstreamId">The id of that, or null where the upstream gave none.</param>
internal sealed record SealedSession(
    SessionSerial Serial, DateTimeOffset Issued, SealedKind Kind, SessionClass Class, string ProtocolVersion, int Endpoint = 0, string? UpstreamId = null);

/// <summary>What becomes of a client session when the gateway restarts.</summary>
internal enum SealedKind : byte
{
    /// <summary>It ends: its upstream session cannot be gone on with (a process, a connection), or is too long to write down.</summary>
    Ends,

    /// <summary>Its own upstream session stays open and is adopted again.</summary>
    Bound,

    /// <summary>It has no upstream session of its own and needs none.</summary>
    Shared,

    /// <summary>Its upstream has no sessions: what one would keep is kept by this run of the gateway, and most clients let it keep nothing.</summary>
    Virtual,
}
