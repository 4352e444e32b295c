using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The stream of what a session's server sends on its own: what has waited, then what comes.</summary>
internal sealed class UnrelatedReply(MessageQueue messages) : UpstreamReply
{
    private readonly CancellationTokenSource _ended = new(); // no timer, no handle: needs no disposal

    public override ReplyKind Kind => ReplyKind.Events;

    /// <summary>Ends it for its reader: each message goes to one of the streams, and the newer one is meant.</summary>
    public void End() => _ended.Cancel();

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        while (await NextAsync(cancellationToken, either.Token) is { } message)
            yield return new SseFrame(null, message.Bytes, null, null);
    }

    public override ValueTask DisposeAsync()
    {
        End();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<MatchedMessage?> NextAsync(CancellationToken reader, CancellationToken either)
    {
        try
        {
            return await messages.ReadAsync(either);
        }
        catch (OperationCanceledException) when (!reader.IsCancellationRequested)
        {
            return null;
        }
    }
}
