namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// Fires when the upstream has been silent for <c>request_timeout</c>. Every sign of life starts it anew; that only notes the time, and
/// the timer, when it is due, looks whether there was one and waits for the rest. Setting a timer for each piece of an answer would cost
/// more than passing the piece on. For the same reason one that did not fire is used again, with its timer still running.
/// </summary>
internal sealed class SilenceTimer : IDisposable
{
    private const long Paused = long.MaxValue;
    private const long Never = long.MaxValue;

    private readonly TimeProvider _clock;
    private readonly SilenceTimers? _home;
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    // How long it waits from the last sign of life on, whether that is final, whether somebody has it, whether it fired (or is about to), and
    // when the timer is due (timestamp). Written and read under the lock; _final is read by the relay without.
    private TimeSpan _rest;
    private volatile bool _final;
    private bool _rented;
    private bool _fired;
    private long _ended; // timestamp from which the final rest counts
    private long _due = Never;

    // Timestamp of the last sign of life; Paused while the client is waited for. Written by the relay without the lock, read by the timer.
    private long _heard;

    /// <param name="limit">The longest silence.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="home">Where it goes when it is disposed of; null for one that is used once.</param>
    public SilenceTimer(TimeSpan limit, TimeProvider clock, SilenceTimers? home = null)
    {
        (_clock, _home) = (clock, home);
        using var _ = ExecutionContext.SuppressFlow(); // it goes from call to call, and must not keep the context of the first
        _timer = clock.CreateTimer(static timer => ((SilenceTimer)timer!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Begin(limit);
    }

    public TimeSpan Limit { get; private set; }

    public CancellationToken Token => _source.Token;

    /// <summary>Whoever has it from now on has it alone.</summary>
    public void Begin(TimeSpan limit)
    {
        lock (_lock)
        {
            (Limit, _rest, _heard, _final, _rented) = (limit, limit, _clock.GetTimestamp(), false, true);
            if (limit != Timeout.InfiniteTimeSpan && _heard + Ticks(limit) < _due)
            {
                Set(limit);
            }
        }
    }

    public void Restart() => Hear(_clock.GetTimestamp());

    /// <summary>Stops until the next <see cref="Restart"/>: it is the client that is waited for, and a slow one is not the upstream's silence.</summary>
    public void Pause() => Hear(Paused);

    /// <summary>Gives the upstream this long to end, whatever it sends.</summary>
    public void EndWithin(TimeSpan rest)
    {
        lock (_lock)
        {
            (_rest, _ended) = (rest, _clock.GetTimestamp());
            _final = true;
            Set(rest);
        }
    }

    public void Dispose()
    {
        bool isSpent;
        lock (_lock)
        {
            _rented = false;
            isSpent = _fired;
        }

        // One that fired must not be somebody else's by then. Whoever still listens to the token does not hear of its next use: resetting drops them.
        if (isSpent || _home is null || !_source.TryReset() || !_home.TryKeep(this))
        {
            _timer.Dispose();
            _source.Dispose();
        }
    }

    private void Hear(long timestamp)
    {
        if (!_final)
        {
            Volatile.Write(ref _heard, timestamp);
        }
    }

    private void Set(TimeSpan due)
    {
        _due = _clock.GetTimestamp() + Ticks(due);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

    private void Look()
    {
        lock (_lock)
        {
            _due = Never;
            if (!_rented || _rest == Timeout.InfiniteTimeSpan)
            {
                return; // set for somebody who has ended
            }

            // A sign of life, or a pause, that was noted while the end was being set does not put it off.
            var heard = _final ? _ended : Volatile.Read(ref _heard);
            var rest = heard == Paused ? _rest : _rest - _clock.GetElapsedTime(heard);
            if (rest > TimeSpan.Zero)
            {
                Set(rest);
                return;
            }

            _fired = true;
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
