using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What time does to a pool: idle and old sessions close, idle client sessions end, sessions are probed and spread, the desired size follows demand. Runs under the pool's lock.</summary>
internal sealed class Housekeeping<TSession>(PoolState<TSession> state, Demand<TSession> demand, Places<TSession> places, Rebalance<TSession> rebalance)
    where TSession : class, IPooledSession
{
    /// <summary>How often anything here is looked at.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private const int ProbesAtOnce = 2;

    private readonly AutoScaler<TSession> _scaler = new(state);
    private long _cleanedAt = state.Now;

    public void Run(Effects<TSession> effects)
    {
        if (state.Phase != PoolPhase.Serving)
        {
            return;
        }

        _scaler.Run();
        StartProbes(effects);
        demand.TryEndpoints(effects);
        MatchClasses(effects);
        if (IsDue(ref _cleanedAt, state.Options.CleanupInterval))
        {
            EndIdleBindings(effects);
            CloseIdle(effects);
            CloseOld(effects);
        }

        rebalance.Run(effects);
    }

    private bool IsDue(ref long last, TimeSpan interval)
    {
        if (state.Clock.GetElapsedTime(last) < interval)
        {
            return false;
        }

        last = state.Now;
        return true;
    }

    private void EndIdleBindings(Effects<TSession> effects)
    {
        foreach (var binding in state.Bindings.ToArray())
        {
            if (binding.Streams == 0 && binding.Entry.IsIdle && state.Clock.GetElapsedTime(binding.LastUsed) > state.Options.ClientSessionIdle)
            {
                state.EndBinding(binding, "idle for client_session_idle", cut: false, effects);
            }
        }
    }

    /// <summary>Idle sessions above the desired number, and those only one user could use and did not: the stock is refilled with fresh ones.</summary>
    private void CloseIdle(Effects<TSession> effects)
    {
        foreach (var entry in IdleOldestFirst())
        {
            var isIdleTooLong = state.Clock.GetElapsedTime(entry.LastUsed) >= state.Options.MaxIdleTime;
            if (isIdleTooLong && (state.Ring.Count > state.Desired || (!entry.IsFresh && !state.IsShared(entry))))
            {
                state.Close(entry, "idle for max_idle_time", effects);
            }
        }
    }

    /// <summary>Never all at once: a fifth of the pool, so that a pool that was filled at one moment is not emptied at one.</summary>
    private void CloseOld(Effects<TSession> effects)
    {
        foreach (var entry in IdleOldestFirst())
        {
            if (entry.IsOld(state.Clock, state.Options.MaxLifetime) && state.MayRetireOld)
            {
                state.Close(entry, "reached max_lifetime", effects);
            }
        }
    }

    private SessionEntry<TSession>[] IdleOldestFirst()
    {
        var idle = new List<SessionEntry<TSession>>();
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is { State: EntryState.Ready, IsIdle: true, Probing: false })
            {
                idle.Add(entry);
            }
        }

        return [.. idle.OrderBy(entry => entry.LastUsed)];
    }

    private void StartProbes(Effects<TSession> effects)
    {
        var running = 0;
        foreach (var entry in state.Ring.Slots)
        {
            running += entry is { Probing: true } ? 1 : 0;
        }

        foreach (var entry in state.Ring.Slots)
        {
            if (running >= ProbesAtOnce)
            {
                return;
            }

            if (entry is { State: EntryState.Ready, IsIdle: true, Probing: false } && IsProbeDue(entry))
            {
                var breaker = state.Breakers[entry.Endpoint];
                entry.ProbedFor = breaker.State == CircuitState.Closed ? null : breaker;
                breaker.Started();
                entry.Probing = true;
                effects.Probes.Add(entry);
                running++;
            }
        }
    }

    /// <summary>Idle for long, or on an endpoint whose circuit may be tried again: a ping is a cheaper trial than somebody's request.</summary>
    private bool IsProbeDue(SessionEntry<TSession> entry)
    {
        var breaker = state.Breakers[entry.Endpoint];
        var interval = state.Options.HealthCheckInterval * (0.9 + (0.2 * entry.Jitter));
        return breaker.Allows
            && (breaker.State != CircuitState.Closed || state.Clock.GetElapsedTime(Math.Max(entry.LastUsed, entry.LastProbed)) >= interval);
    }

    /// <summary>
    /// A class that was asked for and has nothing fresh gets one place of the class with the most; what nobody asks for any more, or was
    /// opened with another credential than the stored one, makes room as well: one per tick.
    /// </summary>
    private void MatchClasses(Effects<TSession> effects)
    {
        state.Classes.Forget(state.Options.MaxIdleTime);
        if (!state.HasStock || state.Openings.Count > 0 || state.StockBackoff.HasFailed || state.Stock < state.Desired)
        {
            return;
        }

        var wanted = state.Classes.All.Select(places.Normal).ToHashSet();
        var fresh = new Dictionary<SessionClass, List<SessionEntry<TSession>>>();
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is not { State: EntryState.Ready, IsIdle: true, Probing: false, OneShot: false } || !(entry.IsFresh || state.IsShared(entry)))
            {
                continue;
            }

            var isStored = entry.Credential.Equals(state.Options.Credential);
            if (isStored ? !wanted.Contains(entry.Class) : entry.IsFresh)
            {
                state.Close(entry, "nobody asks for its kind any more", effects);
                return;
            }

            if (isStored)
            {
                (fresh.TryGetValue(entry.Class, out var list) ? list : fresh[entry.Class] = []).Add(entry);
            }
        }

        var richest = fresh.Values.MaxBy(list => list.Count);
        if (richest is { Count: > 1 } && wanted.Any(c => !fresh.ContainsKey(c)))
        {
            state.Close(richest[0], "fresh of a class asked for less", effects);
        }
    }
}
