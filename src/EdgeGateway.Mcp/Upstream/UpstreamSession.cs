using EdgeGateway.Mcp.Eras;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Opens sessions on one endpoint of an upstream over one transport.</summary>
public interface IUpstreamConnector
{
    /// <summary>Runs a legacy handshake: initialize, and <c>notifications/initialized</c> unless capabilities are declared.</summary>
    /// <param name="handshake">What to declare.</param>
    /// <param name="cancellationToken">The handshake's time is over.</param>
    /// <exception cref="UpstreamException">It failed.</exception>
    ValueTask<UpstreamSession> ConnectAsync(Handshake handshake, CancellationToken cancellationToken);

    /// <summary>Asks which eras the endpoint speaks. A transport that exists in one only need not ask.</summary>
    /// <param name="headers">Headers a caller's own credential adds.</param>
    /// <param name="cancellationToken">The probe's time is over.</param>
    /// <returns>Unknown when it cannot be told now.</returns>
    ValueTask<EraSet> ProbeAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) => new(EraSet.Legacy);
}

/// <summary>What a handshake declares.</summary>
/// <param name="ProtocolVersion">The revision asked for.</param>
/// <param name="Capabilities">The client's capabilities object, JSON.</param>
/// <param name="Headers">Headers to send with the handshake and with every request of the session.</param>
public sealed record Handshake(string ProtocolVersion, string Capabilities, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <summary>An initialized upstream session. Requests may run at once.</summary>
public abstract class UpstreamSession
{
    /// <summary>The session id the upstream gave, or null.</summary>
    public abstract string? SessionId { get; }

    /// <summary>The revision the upstream agreed to.</summary>
    public abstract string ProtocolVersion { get; }

    /// <summary>The <c>result</c> of initialize, byte for byte.</summary>
    public abstract ReadOnlyMemory<byte> InitializeResult { get; }

    /// <summary>Whether requests carry their version and capabilities themselves (2026-07-28); then there was no handshake.</summary>
    public virtual bool IsModern => false;

    /// <summary>The <c>result</c> of server/discover, byte for byte; empty for a legacy session.</summary>
    public virtual ReadOnlyMemory<byte> DiscoverResult => default;

    /// <summary>Whether the upstream keeps state for this session (pool.md section 2).</summary>
    public abstract bool IsStateful { get; }

    /// <summary>Whether it is known already that nothing can be asked any more, as of a process that ended. Most transports show it with the next request only.</summary>
    public virtual bool IsGone => false;

    /// <summary>Whether the upstream has got <c>notifications/initialized</c>, or needs none.</summary>
    public virtual bool IsInitialized => true;

    /// <summary>True once; who gets true must send <c>notifications/initialized</c> and then call <see cref="ConfirmInitialized"/>.</summary>
    public virtual bool TryClaimInitialized() => false;

    /// <summary><c>notifications/initialized</c> has been sent: from now on requests may go.</summary>
    public virtual void ConfirmInitialized()
    {
    }

    /// <summary>Sends one message.</summary>
    /// <param name="message">JSON-RPC, UTF-8, whole.</param>
    /// <param name="headers">Headers of this request alone, e.g. a passed-through authorization; usually empty. One line each.</param>
    /// <param name="cancellationToken">Gives up waiting; throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>Never null, never throws for what the network or the upstream does: see <see cref="ReplyKind.Fault"/>.</returns>
    /// <exception cref="ArgumentException">A header value contains a line break, which would forge another header: a mistake of the caller's.</exception>
    public abstract ValueTask<UpstreamReply> PostAsync(ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken);

    /// <summary>Opens the stream for what the server sends on its own (GET). A 405 comes back as <see cref="ReplyKind.HttpError"/>.</summary>
    /// <param name="lastEventId">Where to resume, or null.</param>
    /// <param name="headers">As in <see cref="PostAsync"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract ValueTask<UpstreamReply> OpenStreamAsync(string? lastEventId, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken);

    /// <summary>Asks whether the session lives: <c>ping</c>, where any JSON-RPC answer (−32601 too) proves life.</summary>
    public abstract ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken);

    /// <summary>Ends the session upstream (DELETE; 404 and 405 are fine). Never throws.</summary>
    public abstract ValueTask CloseAsync(CancellationToken cancellationToken);
}
