using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What time does to a pool: idle and old sessions close, idle client sessions end, sessions are probed and spread, the desired size follows demand. Runs under the pool's lock.</summary>
internal sealed class Housekeeping<TSession>(PoolState<TSession> state, Demand<TSession> demand, Places<TSession> places, Circuits<TSession> circuits, Rebalance<TSession> rebalance)
    where TSession : class, IPooledSession
{
    /// <summary>How often anything here is looked at.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private const int ProbesAtOnce = 2;

    private readonly AutoScaler<TSession> _scaler = new(state);
    private long _cleanedAt = state.Now;
    private bool _isReplacing;

    public void Run(Effects<TSession> effects)
    {
        KeepTime();
        if (state.Phase != PoolPhase.Serving)
        {
            return;
        }

        _scaler.Run();
        circuits.Elapse(effects);
        StartProbes(effects);
        demand.TryEndpoints(effects);
        MatchClasses(effects);
        if (IsDue(ref _cleanedAt, state.Options.CleanupInterval))
        {
            EndIdleBindings(effects);
            CloseIdle(effects);
            _isReplacing = true;
        }

        if (_isReplacing)
        {
            ReplaceOld(effects);
            _isReplacing = HasOld();
        }

        rebalance.Run(effects);
    }

    /// <summary>What requests leave behind without a clock gets its time here.</summary>
    private void KeepTime()
    {
        var now = state.Now;
        state.Turnstile.Tick = now + (long)(Tick.TotalSeconds * state.Clock.TimestampFrequency);
        state.CountWaits();
        state.Counters.LastMinute.Mark(state.Totals(), now);
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is null)
            {
                continue;
            }

            entry.Outcomes.Age(entry.Healthy, now, state.Clock);
            if (entry.TakeWasLeased())
            {
                // Who was served at once told nobody.
                state.Classes.Saw(entry.Kind.Class);
            }
        }

        foreach (var binding in state.Bindings)
        {
            binding.Entry.Outcomes.Age(binding.Entry.Healthy, now, state.Clock);
        }

        state.Turnstile.Partitions.Forget(kind => state.Openings.Exists(opening => ReferenceEquals(opening.Kind, kind)));
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
            if (isIdleTooLong && (state.Ready > state.Desired || (!entry.IsFresh && !state.IsShared(entry))))
            {
                state.TryCloseIdle(entry, "idle for max_idle_time", effects);
            }
        }
    }

    /// <summary>
    /// Old sessions give way, the replacement opened first where there is room for it; never all at once but a fifth of the pool, so that a
    /// pool that was filled at one moment is not emptied at one. A busy one ends with its last request.
    /// </summary>
    private void ReplaceOld(Effects<TSession> effects)
    {
        var old = new List<SessionEntry<TSession>>();
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not null && IsDue(entry))
            {
                old.Add(entry);
            }
        }

        state.Replacing = state.HasStock ? Math.Min(old.Count, Math.Max(1, state.Desired / 5)) : 0;
        var left = Math.Max(1, state.Ready / 5);
        foreach (var entry in old.OrderBy(entry => entry.OpenedAt))
        {
            if (left-- == 0)
            {
                return;
            }

            var hasRoom = state.Places < state.Options.MaxSize && state.Cap.Open < state.Cap.Limit;
            if (state.HasStock && (hasRoom ? state.Ready <= state.Desired : !state.MayRetireOld))
            {
                return;
            }

            state.Retire(entry, "reached max_lifetime", effects);
        }
    }

    private bool HasOld()
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not null && IsDue(entry))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsDue(SessionEntry<TSession> entry) =>
        entry is { State: EntryState.Ready, Probing: false, OneShot: false } && entry.IsOld(state.Clock, state.Options.MaxLifetime);

    private SessionEntry<TSession>[] IdleOldestFirst()
    {
        var idle = new List<SessionEntry<TSession>>();
        foreach (var entry in state.Ring.Entries)
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
        foreach (var entry in state.Ring.Entries)
        {
            running += entry is { Probing: true } ? 1 : 0;
        }

        foreach (var entry in state.Ring.Entries)
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
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not { State: EntryState.Ready, OneShot: false } || !(entry.IsFresh || state.IsShared(entry)))
            {
                continue;
            }

            var isStored = entry.Kind.Credential.Equals(state.Options.Credential);
            if (isStored ? !wanted.Contains(entry.Kind.Class) : entry.IsFresh)
            {
                if (MayClose(entry))
                {
                    state.TryCloseIdle(entry, "nobody asks for its kind any more", effects);
                    return;
                }

                continue;
            }

            if (isStored)
            {
                (fresh.TryGetValue(entry.Kind.Class, out var list) ? list : fresh[entry.Kind.Class] = []).Add(entry);
            }
        }

        var richest = fresh.Values.MaxBy(list => list.Count);
        if (richest is { Count: > 1 } && wanted.Any(c => !fresh.ContainsKey(c)) && richest.Find(MayClose) is { } victim)
        {
            state.TryCloseIdle(victim, "fresh of a class asked for less", effects);
        }
    }

    private static bool MayClose(SessionEntry<TSession> entry) => entry is { IsIdle: true, Probing: false };
}
