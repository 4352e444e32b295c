using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>Reads the events of one upstream answer over several rounds: what one round waits for, the next may take.</summary>
internal sealed class EventPump : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly IAsyncEnumerator<SseFrame> _frames;
    private readonly TimeProvider _clock;

    // Read and written by the round under way, of which there is one.
    private Task<bool>? _next;

    public EventPump(UpstreamReply reply, TimeProvider clock)
    {
        _clock = clock;
        _frames = reply.ReadEventsAsync(_ended.Token).GetAsyncEnumerator(_ended.Token);
    }

    /// <summary>The upstream has closed the stream.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The next event; null at the end, or when none came in time.</summary>
    /// <param name="patience">How long to wait; null waits as long as the silence may last.</param>
    /// <param name="silence">Ends the wait.</param>
    /// <param name="reply">Kept alive meanwhile.</param>
    public async ValueTask<SseFrame?> NextAsync(TimeSpan? patience, SilenceTimer silence, ModernReply reply)
    {
        _next ??= _frames.MoveNextAsync().AsTask();
        while (!_next.IsCompleted && !await ComesWithinAsync(_next, patience ?? EventStream.KeepAliveInterval, silence.Token))
        {
            silence.Token.ThrowIfCancellationRequested();
            if (patience is not null)
            {
                return null;
            }

            await reply.KeepAliveAsync();
        }

        var next = _next;
        _next = null;
        HasEnded = !await next;
        silence.Restart();
        return HasEnded ? null : _frames.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        try
        {
            // An enumerator that is being waited for must not be disposed.
            await (_next ?? Task.FromResult(false));
        }
        catch (Exception left) when (left is OperationCanceledException or UpstreamException or IOException)
        {
            // Nobody wants to know any more.
        }

        await _frames.DisposeAsync();
        _ended.Dispose();
    }

    private async Task<bool> ComesWithinAsync(Task<bool> next, TimeSpan patience, CancellationToken given)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(given);
        var timer = Task.Delay(patience, _clock, enough.Token);
        var isThere = await Task.WhenAny(next, timer) == next;
        await enough.CancelAsync();
        return isThere;
    }
}
