using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>The desired size follows demand (pool.md section 5): up at once, down by one a second, never within 30 s of growth. Runs under the pool's lock.</summary>
internal sealed class AutoScaler<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    /// <summary>Sessions are to be busy this much of their time.</summary>
    private const double Utilization = 0.7;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RestAfterGrowth = TimeSpan.FromSeconds(30);

    private double _demand;
    private long _ranAt = state.Now;
    private long _grewAt = state.Now;

    // When the present size was last needed: a wave shorter than the idle time does not make the size go up and down with it.
    private long _neededAt = state.Now;
    private long _bindings;

    public void Run()
    {
        var options = state.Options;
        var elapsed = state.Clock.GetElapsedTime(_ranAt);
        if (!options.AutoScale || elapsed < Housekeeping<TSession>.Tick)
        {
            return;
        }

        _ranAt = state.Now;
        var weight = 1 - Math.Exp(-elapsed / Memory);
        _demand += weight * (SessionsWanted(elapsed) - _demand);
        var target = Math.Clamp((int)Math.Ceiling(_demand - 0.05), options.MinSize, options.MaxSize);
        if (target >= state.Desired)
        {
            _neededAt = state.Now;
        }

        if (target > state.Desired)
        {
            state.Desired = target;
            _grewAt = state.Now;
        }
        else if (target < state.Desired
            && state.Clock.GetElapsedTime(_grewAt) >= RestAfterGrowth
            && state.Clock.GetElapsedTime(_neededAt) >= options.MaxIdleTime
            && HasLongIdle())
        {
            state.Desired--;
        }
    }

    private double SessionsWanted(TimeSpan elapsed)
    {
        // Each new client session takes one out of the stock: the stock covers those that come while one is opened in its place.
        var bindingsPerSecond = (state.Counters.Bindings - _bindings) / elapsed.TotalSeconds;
        _bindings = state.Counters.Bindings;
        var exclusive = state.Line.Count - state.Line.Binds;
        var shared = 0;
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not null)
            {
                exclusive += entry.IsExclusive ? 1 : 0;
                shared += entry.IsExclusive ? 0 : entry.InFlight;
            }
        }

        return (exclusive / Utilization) + (shared / (state.Options.MaxConcurrency * Utilization)) + (bindingsPerSecond * state.HandshakeTime.TotalSeconds);
    }

    private bool HasLongIdle()
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { State: EntryState.Ready, IsIdle: true } && state.Clock.GetElapsedTime(entry.LastUsed) >= state.Options.MaxIdleTime)
            {
                return true;
            }
        }

        return false;
    }
}
