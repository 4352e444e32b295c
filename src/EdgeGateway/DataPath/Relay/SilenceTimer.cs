namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// Fires when the upstream has been silent for <c>request_timeout</c>. Every sign of life starts it anew; that only notes the time, and
/// the timer, when it is due, looks whether there was one and waits for the rest. Setting a timer for each piece of an answer would cost
/// more than passing the piece on.
/// </summary>
internal sealed class SilenceTimer : IDisposable
{
    private const long Paused = long.MaxValue;

    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    // How long it waits from then on, and whether that is final. Written under the lock, by the callback that learns that the client is gone.
    private TimeSpan _rest;
    private volatile bool _final;

    // Timestamp of the last sign of life; Paused while the client is waited for. Written by the relay without the lock, read by the timer.
    private long _heard;

    public SilenceTimer(TimeSpan limit, TimeProvider clock)
    {
        (Limit, _rest, _clock) = (limit, limit, clock);
        _heard = clock.GetTimestamp();
        _timer = clock.CreateTimer(static timer => ((SilenceTimer)timer!).Look(), this, limit, Timeout.InfiniteTimeSpan);
    }

    public TimeSpan Limit { get; }

    public CancellationToken Token => _source.Token;

    public void Restart() => Hear(_clock.GetTimestamp());

    /// <summary>Stops until the next <see cref="Restart"/>: it is the client that is waited for, and a slow one is not the upstream's silence.</summary>
    public void Pause() => Hear(Paused);

    /// <summary>Gives the upstream this long to end, whatever it sends.</summary>
    public void EndWithin(TimeSpan rest)
    {
        lock (_lock)
        {
            _final = true;
            (_rest, _heard) = (rest, _clock.GetTimestamp());
            _timer.Change(rest, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Hear(long timestamp)
    {
        if (!_final)
        {
            Volatile.Write(ref _heard, timestamp);
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            // A sign of life that comes together with the end may have been noted after it: the end then is that little later.
            var heard = Volatile.Read(ref _heard);
            var rest = heard == Paused ? _rest : _rest - _clock.GetElapsedTime(heard);
            if (rest > TimeSpan.Zero)
            {
                _timer.Change(rest, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The answer ended meanwhile.
        }
    }
}
