using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>What came back from the upstream.</summary>
public enum ReplyKind
{
    /// <summary>200 with one JSON body, to be streamed from <see cref="UpstreamReply.Body"/>.</summary>
    Json,

    /// <summary>200 with events, to be read from <see cref="UpstreamReply.ReadEventsAsync"/>. Over stdio: when other messages precede the answer.</summary>
    Events,

    /// <summary>202: a notification or response was taken.</summary>
    Accepted,

    /// <summary>The upstream does not know the session (404, or 400 naming it): the request did not run.</summary>
    SessionGone,

    /// <summary>Any other HTTP status, with its body: relayed as it is.</summary>
    HttpError,

    /// <summary>No usable answer: see <see cref="UpstreamReply.Fault"/>.</summary>
    Fault,
}

/// <summary>The upstream's answer, still streaming. Dispose it: that frees the connection.</summary>
public abstract class UpstreamReply : IAsyncDisposable
{
    /// <summary>What it is.</summary>
    public abstract ReplyKind Kind { get; }

    /// <summary>The HTTP status; 0 where there is none.</summary>
    public virtual int Status => 0;

    /// <summary>The content type as sent, or null.</summary>
    public virtual string? ContentType => null;

    /// <summary>Bytes of the body, where the upstream said so beforehand; else null.</summary>
    public virtual long? Length => null;

    /// <summary>The Retry-After header as sent, or null.</summary>
    public virtual string? RetryAfter => null;

    /// <summary>The WWW-Authenticate header as sent, or null.</summary>
    public virtual string? WwwAuthenticate => null;

    /// <summary>The session id the upstream gave with this answer, or null.</summary>
    public virtual string? SessionId => null;

    /// <summary>Set when <see cref="Kind"/> is <see cref="ReplyKind.Fault"/>.</summary>
    public virtual UpstreamFault? Fault => null;

    /// <summary>The body of <see cref="ReplyKind.Json"/> and <see cref="ReplyKind.HttpError"/>. Reading may throw <see cref="UpstreamException"/>.</summary>
    public virtual Stream Body => Stream.Null;

    /// <summary>
    /// Has a stream of events that ends before its reader stopped reading taken up again where it broke off, if its server marks places
    /// (2025-11-25, Transports, Resumability); where the transport knows none, nothing happens. For who reads the answer to one request up
    /// to the answer, and nobody else: a client that sees the event ids resumes by itself.
    /// </summary>
    /// <param name="session">The session the request was sent on.</param>
    /// <param name="headers">As in <see cref="UpstreamSession.PostAsync"/>.</param>
    /// <param name="clock">Measures the time the server wants to be left alone.</param>
    public virtual void ResumeOn(UpstreamSession session, IReadOnlyList<KeyValuePair<string, string>> headers, TimeProvider clock)
    {
    }

    /// <summary>The events of <see cref="ReplyKind.Events"/>, one by one as they arrive. Throws <see cref="UpstreamException"/> when the connection breaks.</summary>
    public abstract IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken);

    /// <summary>The same events, for whom it matters which came together. To be disposed before this.</summary>
    public virtual EventReader ReadEvents(CancellationToken cancellationToken) => new EnumeratedEvents(this, cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
