namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>
/// Time that jumps from one timer to the next, in the order they are due and, when due together, in the order they were set. Nothing
/// fires but in <see cref="TryAdvance"/>, so never on the stack of whoever sets a timer. 600,000 ticks of a pool take a second or two.
/// </summary>
internal sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset Began = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<(SimulatedTimer Timer, int Setting), (long Due, long Order)> _due = new();
    private long _now;
    private long _order;

    /// <summary>Timers made so far.</summary>
    public int Made { get; private set; }

    /// <summary>Which of them fired last.</summary>
    public int Fired { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => Began.AddTicks(_now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, ++Made, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs an action once, after a delay.</summary>
    public ITimer After(TimeSpan delay, Action action) => CreateTimer(static run => ((Action)run!)(), action, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Completes after a delay, on the stack of whoever lets time pass.</summary>
    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource();
        await using var timer = CreateTimer(static over => ((TaskCompletionSource)over!).TrySetResult(), over, delay, Timeout.InfiniteTimeSpan);
        await using var leaving = cancellationToken.UnsafeRegister((_, token) => over.TrySetCanceled(token), null);
        await over.Task;
    }

    /// <summary>Goes to the next timer and fires it; to <paramref name="end"/> and false when none is due until then.</summary>
    public bool TryAdvance(TimeSpan end)
    {
        while (_due.TryPeek(out var next, out var at) && at.Due <= end.Ticks)
        {
            _due.Dequeue();
            if (!next.Timer.IsSetFor(next.Setting))
            {
                continue;
            }

            _now = Math.Max(_now, at.Due);
            Fired = next.Timer.Number;
            next.Timer.Fire();
            return true;
        }

        _now = end.Ticks;
        return false;
    }

    private void Set(SimulatedTimer timer, int setting, TimeSpan delay) =>
        _due.Enqueue((timer, setting), (_now + Math.Max(0, delay.Ticks), _order++));

    private sealed class SimulatedTimer(SimulatedTime time, int number, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        // Which call of Change is in force: what an earlier one put into the heap is skipped there.
        private int _setting;

        public int Number { get; } = number;

        public bool IsSetFor(int setting) => _setting == setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _setting++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                time.Set(this, _setting, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            _setting++;
            if (_period > TimeSpan.Zero)
            {
                time.Set(this, _setting, _period);
            }

            callback(state);
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
