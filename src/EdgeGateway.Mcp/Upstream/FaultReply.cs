using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>No usable answer.</summary>
internal sealed class FaultReply(UpstreamFault fault, string? retryAfter = null) : UpstreamReply
{
    public override ReplyKind Kind => ReplyKind.Fault;

    public override int Status => Fault.Status;

    public override string? RetryAfter { get; } = retryAfter;

    public override UpstreamFault Fault { get; } = fault;

    public override IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<SseFrame>();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
