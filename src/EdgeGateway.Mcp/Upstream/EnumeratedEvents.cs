using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

#pragma warning disable CA2012 // a step is begun before it is waited for; TryRead, WaitToReadAsync or DisposeAsync takes it, each once

/// <summary>Reads events where they come one by one.</summary>
internal sealed class EnumeratedEvents : EventReader
{
    private readonly CancellationTokenSource _left;
    private readonly IAsyncEnumerator<SseFrame> _frames;
    private ValueTask<bool> _next; // begun, and not waited for
    private bool _isAsked;
    private bool _hasFrame; // Current has not been taken
    private bool _hasEnded;

    public EnumeratedEvents(UpstreamReply reply, CancellationToken cancellationToken)
        : this(reply.ReadEventsAsync, cancellationToken)
    {
    }

    public EnumeratedEvents(Func<CancellationToken, IAsyncEnumerable<SseFrame>> read, CancellationToken cancellationToken)
    {
        _left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _frames = read(_left.Token).GetAsyncEnumerator(_left.Token);
    }

    public override bool TryRead(out SseFrame frame)
    {
        if (!_hasFrame && !_hasEnded)
        {
            Ask();
            if (_next.IsCompletedSuccessfully)
                _hasEnded = !(_hasFrame = TakeNext().Result);
        }

        frame = _hasFrame ? _frames.Current : default;
        var has = _hasFrame;
        _hasFrame = false;
        return has;
    }

    public override async ValueTask<bool> WaitToReadAsync()
    {
        if (!_hasFrame && !_hasEnded)
        {
            Ask();
            _hasEnded = !(_hasFrame = await TakeNext());
        }

        return _hasFrame;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_isAsked)
        {
            // An enumerator that is being waited for must not be disposed.
            await _left.CancelAsync();
            await ((Task)TakeNext().AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _frames.DisposeAsync();
        _left.Dispose();
    }

    private void Ask()
    {
        if (_isAsked)
            return;
        _isAsked = true;
        _next = _frames.MoveNextAsync();
    }

    private ValueTask<bool> TakeNext()
    {
        _isAsked = false;
        return _next;
    }
}
