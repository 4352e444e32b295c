namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// Sends a client a comment now and then while its stream has nothing else for it. There is one timer for a stream, not one for each wait:
/// when it is due it looks how long nothing was sent, and waits for the rest.
/// </summary>
internal sealed class KeepAlive : IDisposable
{
    private readonly HttpContext _http;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    // Whoever has it writes to the response: the relay from the beginning to the end, but for its waits; the timer in one of them. Never
    // disposed: it has no handle.
    private readonly SemaphoreSlim _turn = new(0, 1);

    // Timestamp since when nothing was sent. Written and read by whoever has the turn.
    private long _since;

    public KeepAlive(HttpContext http, TimeProvider clock)
    {
        (_http, _clock, _since) = (http, clock, clock.GetTimestamp());
        using var _ = ExecutionContext.SuppressFlow(); // a stream may stay open for days: its comments need nothing of the request's context
        _timer = clock.CreateTimer(static keepAlive => ((KeepAlive)keepAlive!).Look(), this, EventStream.KeepAliveInterval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The relay waits for an event, and writes nothing meanwhile.</summary>
    public void BeginWait()
    {
        _since = _clock.GetTimestamp();
        _turn.Release();
    }

    /// <summary>The relay waits no longer. Ends when a comment that is being sent was sent.</summary>
    public ValueTask EndWaitAsync() => _turn.Wait(0) ? default : new(_turn.WaitAsync());

    /// <summary>By the relay, outside its waits: then nothing is being sent, and nothing will be.</summary>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (!_turn.Wait(0))
        {
            WaitFor(EventStream.KeepAliveInterval); // the relay is busy: a wait that begins now will have lasted for less than that
            return;
        }

        var rest = EventStream.KeepAliveInterval - _clock.GetElapsedTime(_since);
        if (rest > TimeSpan.Zero)
        {
            _turn.Release();
            WaitFor(rest);
        }
        else
        {
            _ = SendAsync();
        }
    }

    /// <summary>One that cannot be sent is no matter: the relay finds out by itself.</summary>
    private async Task SendAsync()
    {
        try
        {
            await EventStream.KeepAliveAsync(_http);
        }
        finally
        {
            _since = _clock.GetTimestamp();
            _turn.Release();
            WaitFor(EventStream.KeepAliveInterval);
        }
    }

    /// <summary>After its end the timer does nothing.</summary>
    private void WaitFor(TimeSpan time) => _timer.Change(time, Timeout.InfiniteTimeSpan);
}
