using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>An answer over HTTP, whose body is still arriving. Owns the answer.</summary>
internal sealed class HttpReply(ReplyKind kind, HttpAnswer answer) : UpstreamReply
{
    // How to go on when the events end too early. Written before they are read, by their reader; null says not at all.
    private Resumption? _resumption;

    public override ReplyKind Kind => kind;

    public override int Status => answer.Status;

    public override string? ContentType => answer.ContentType;

    public override long? Length => answer.SentLength;

    public override string? RetryAfter => answer.RetryAfter;

    public override string? WwwAuthenticate => answer.WwwAuthenticate;

    public override Stream Body => kind is ReplyKind.Json or ReplyKind.Events or ReplyKind.HttpError ? answer : Stream.Null;

    public override string? SessionId => answer.SessionId;

    public override void ResumeOn(UpstreamSession session, IReadOnlyList<KeyValuePair<string, string>> headers, TimeProvider clock) =>
        _resumption = new Resumption(session, headers, clock);

    public override EventReader ReadEvents(CancellationToken cancellationToken) =>
        new HttpEvents(answer, _resumption, cancellationToken);

    public override IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken) =>
        kind == ReplyKind.Events ? ReadEvents(cancellationToken).ReadAllAsync() : AsyncEnumerable.Empty<SseFrame>();

    public override ValueTask DisposeAsync() => answer.DisposeAsync();
}
