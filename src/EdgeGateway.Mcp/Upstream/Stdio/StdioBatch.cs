using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>
/// A batch (revision 2025-03-26), sent message by message: JSON-RPC lets a server answer them in any order, and so the answers
/// are events, as each comes.
/// </summary>
internal sealed class StdioBatch(IReadOnlyList<UpstreamReply> replies) : UpstreamReply
{
    public override ReplyKind Kind => ReplyKind.Events;

    public override int Status => 200;

    public static async ValueTask<UpstreamReply> PostAsync(StdioLink link, ReadOnlyMemory<byte> batch, CancellationToken cancellationToken)
    {
        var running = new List<Task<UpstreamReply>>();
        foreach (var part in Parts(batch.Span))
            running.Add(link.PostAsync(part.Of(batch), isOurs: false, cancellationToken).AsTask());
        var replies = await Task.WhenAll(running);
        if (Array.Exists(replies, reply => reply.Kind == ReplyKind.SessionGone))
            return new EmptyReply(ReplyKind.SessionGone);
        return Array.TrueForAll(replies, reply => reply.Kind == ReplyKind.Accepted) ? new EmptyReply(ReplyKind.Accepted) : new StdioBatch(replies);
    }

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var reply in replies)
        {
            if (reply.Fault is { } fault)
                throw new UpstreamException(fault);
            if (reply is LineReply line)
                yield return new SseFrame(null, line.Answer, null, null);
            await foreach (var frame in reply.ReadEventsAsync(cancellationToken))
                yield return frame;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var reply in replies)
            await reply.DisposeAsync();
    }

    private static List<Slice> Parts(ReadOnlySpan<byte> batch)
    {
        var parts = new List<Slice>();
        foreach (var part in Envelope.Messages(batch))
            parts.Add(part);
        return parts;
    }
}
