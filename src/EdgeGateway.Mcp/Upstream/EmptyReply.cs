using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>All that is to be said is what kind it is.</summary>
internal sealed class EmptyReply(ReplyKind kind) : UpstreamReply
{
    public override ReplyKind Kind => kind;

    public override IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<SseFrame>();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
