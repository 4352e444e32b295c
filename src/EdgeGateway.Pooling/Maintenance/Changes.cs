using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Every change to the pool takes this way: decide under the lock, settle what follows from it, then act outside the lock. Also the
/// pool's one timer.
/// </summary>
internal sealed class Changes<TSession>
    where TSession : class, IPooledSession
{
    private readonly PoolState<TSession> _state;
    private readonly Serving<TSession> _serving;
    private readonly Demand<TSession> _demand;
    private readonly Handshakes<TSession> _handshakes;
    private readonly Circuits<TSession> _circuits;
    private readonly Drain<TSession> _drain;
    private readonly Housekeeping<TSession> _housekeeping;
    private readonly Readings<TSession> _readings;
    private readonly Background<TSession> _background;
    private readonly ITimer _timer;

    // Read and written under the pool's lock: timestamps of the last housekeeping, and of what the timer is set for.
    private long _housekeptAt;
    private long _due = long.MaxValue;

    // Taken under the pool's lock, given back by whoever carried it out: spares a set of lists per change.
    private Effects<TSession>? _spare;

    public Changes(
        PoolState<TSession> state,
        Serving<TSession> serving,
        Demand<TSession> demand,
        Handshakes<TSession> handshakes,
        Circuits<TSession> circuits,
        Drain<TSession> drain,
        Housekeeping<TSession> housekeeping,
        Readings<TSession> readings,
        Background<TSession> background)
    {
        _state = state;
        _serving = serving;
        _demand = demand;
        _handshakes = handshakes;
        _circuits = circuits;
        _drain = drain;
        _housekeeping = housekeeping;
        _readings = readings;
        _background = background;
        _housekeptAt = state.Now;
        using var _ = ExecutionContext.SuppressFlow(); // it works for everybody, not in the context of whoever made the pool
        _timer = state.Clock.CreateTimer(static changes => ((Changes<TSession>)changes!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="argument">What the decision is about; spares a closure.</param>
    /// <param name="decide">Runs under the pool's lock: no waiting, no calls to the outside.</param>
    public void Make<TArgument>(TArgument argument, Action<TArgument, Effects<TSession>> decide) =>
        MakeIf((argument, decide), static (change, effects) =>
        {
            change.decide(change.argument, effects);
            return true;
        });

    /// <summary>As <see cref="Make"/>, for a decision that may find that there is nothing to change: then nothing follows.</summary>
    /// <returns>Whether it was changed.</returns>
    public bool MakeIf<TArgument>(TArgument argument, Func<TArgument, Effects<TSession>, bool> decide)
    {
        Effects<TSession>? effects = null;
        try
        {
            using (_state.Gate.Enter())
            {
                effects = Begin();
                var isChanged = decide(argument, effects);
                if (isChanged)
                {
                    Settle(effects);
                }

                effects = End(effects);
                return isChanged;
            }
        }
        finally
        {
            // Also what was decided before a bug broke the decision off: whoever left the line has to be answered.
            Carry(effects);
        }
    }

    /// <summary>An empty set; under the pool's lock.</summary>
    public Effects<TSession> Begin() => Interlocked.Exchange(ref _spare, null) ?? new Effects<TSession>();

    /// <summary>What is to be carried out; null when nothing is. Under the pool's lock.</summary>
    public Effects<TSession>? End(Effects<TSession> effects)
    {
        if (!effects.IsEmpty)
        {
            return effects;
        }

        Volatile.Write(ref _spare, effects);
        return null;
    }

    /// <summary>Outside the lock.</summary>
    public void Carry(Effects<TSession>? effects)
    {
        Interleaving.Point();
        if (effects is not null)
        {
            _background.Carry(effects, this);
            effects.Clear();
            Volatile.Write(ref _spare, effects);
        }
    }

    /// <summary>Whether a handshake might start for who waits. Under the lock.</summary>
    public bool CanGrow => _demand.CanGrow;

    /// <summary>What follows from a change: who waits is served, what is missing is opened, a drain ends, the timer is set. Under the pool's lock.</summary>
    public void Settle(Effects<TSession> effects)
    {
        _circuits.Follow();
        _state.FollowSharing();
        if (_state.Phase == PoolPhase.Serving)
        {
            _handshakes.FailWhenNothingMayBeTried(effects);
            _serving.ServeLine(effects);
            _demand.Plan(effects);
        }

        _drain.Check(effects);
        SetTimer();
    }

    /// <summary>No more housekeeping: the pool has ended.</summary>
    public ValueTask StopAsync() => _timer.DisposeAsync();

    private void OnTimer() =>
        Make((changes: this, at: _state.Now, wallClock: _state.Clock.GetUtcNow()), static (fired, effects) =>
        {
            fired.changes._state.Events.Synchronize(fired.wallClock, fired.at);
            fired.changes.Elapse(effects);
        });

    private void Elapse(Effects<TSession> effects)
    {
        _due = long.MaxValue;
        var now = _state.Now;
        var isTick = _state.Clock.GetElapsedTime(_housekeptAt, now) >= Housekeeping<TSession>.Tick;

        // Deadlines stand in the order of the line unless the timeout was changed meanwhile; then a tick finds the rest.
        for (var next = _state.Line.Oldest; next is not null && (isTick || now >= next.Deadline);)
        {
            var waiter = next;
            next = next.Behind;
            if (now >= waiter.Deadline)
            {
                _state.Line.Leave(waiter);
                _state.Counters.Timeouts++;
                effects.Answers.Add((waiter, new Grant<TSession>(Refusal: Refusals.TimedOut(_state.Options, _readings.EstimatedWait()))));
            }
        }

        if (isTick)
        {
            _housekeptAt = now;
            _housekeeping.Run(effects);
        }
    }

    private void SetTimer()
    {
        var due = _housekeptAt + Stopwatch(Housekeeping<TSession>.Tick);
        if (_state.Line.Oldest is { } oldest)
        {
            due = Math.Min(due, oldest.Deadline);
        }

        if (_drain.IsRunning)
        {
            due = Math.Min(due, _drain.NextCheck);
        }

        due = Math.Min(due, Math.Min(_state.StockBackoff.Until, _state.GrowthBackoff.Until));
        if (due >= _due)
        {
            // Set for that time or earlier; when it fires it is set anew.
            return;
        }

        // The last thing under the lock: a fake clock may run what is due on this thread.
        _due = due;
        var rest = _state.Clock.GetElapsedTime(_state.Now, due);
        _timer.Change(rest > Shortest ? rest : Shortest, Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Shortest => TimeSpan.FromMilliseconds(1);

    private long Stopwatch(TimeSpan time) => (long)(time.TotalSeconds * _state.Clock.TimestampFrequency);
}
