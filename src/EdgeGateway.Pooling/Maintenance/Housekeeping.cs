using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What time does to a pool: idle and old sessions close, idle client sessions end, sessions are probed and spread, the desired size follows demand. Runs under the pool's lock.</summary>
internal sealed class Housekeeping<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    /// <summary>How often anything here is looked at.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private const int ProbesAtOnce = 2;

    private readonly AutoScaler<TSession> _scaler = new(state);
    private long _cleanedAt = state.Now;
    private long _rebalancedAt = state.Now;

    public void Run(Effects<TSession> effects)
    {
        if (state.Phase != PoolPhase.Serving)
        {
            return;
        }

        _scaler.Run();
        StartProbes(effects);
        MatchClasses(effects);
        if (IsDue(ref _cleanedAt, state.Options.CleanupInterval))
        {
            EndIdleBindings(effects);
            CloseIdle(effects);
            CloseOld(effects);
        }

        if (IsDue(ref _rebalancedAt, state.Options.RebalanceInterval))
        {
            Rebalance(effects);
        }
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
            var isIdleTooLong = state.Clock.GetElapsedTime(entry.LastUsed) > state.Options.MaxIdleTime;
            if (isIdleTooLong && (state.Ring.Count > state.Desired || (!entry.IsFresh && !state.IsShared(entry))))
            {
                state.Close(entry, "idle for max_idle_time", effects);
            }
        }
    }

    /// <summary>Never all at once: a fifth of the pool, so that a pool that was filled at one moment is not emptied at one.</summary>
    private void CloseOld(Effects<TSession> effects)
    {
        var most = Math.Max(1, state.Ring.Count / 5);
        foreach (var entry in IdleOldestFirst())
        {
            if (most > 0 && entry.IsOld(state.Clock))
            {
                state.Close(entry, "reached max_lifetime", effects);
                most--;
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
                state.Breakers[entry.Endpoint].Started();
                entry.Probing = true;
                effects.Probes.Add(entry);
                running++;
            }
        }
    }

    /// <summary>Idle for long, or on an endpoint whose circuit may be tried again: a ping is a cheaper trial than somebody's request.</summary>
    private bool IsProbeDue(SessionEntry<TSession> entry) =>
        state.Breakers[entry.Endpoint] is { State: CircuitState.Open, Allows: true }
        || state.Clock.GetElapsedTime(Math.Max(entry.LastUsed, entry.LastProbed)) > state.Options.HealthCheckInterval;

    /// <summary>A class that was asked for and has nothing fresh gets one place of the class with the most: one per tick.</summary>
    private void MatchClasses(Effects<TSession> effects)
    {
        state.Classes.Forget(state.Options.MaxIdleTime);
        if (state.IsDirect || state.Openings.Count > 0 || state.Backoff.HasFailed || state.Places < state.Desired)
        {
            return;
        }

        var fresh = new Dictionary<SessionClass, List<SessionEntry<TSession>>>();
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is { State: EntryState.Ready, IsFresh: true, Probing: false })
            {
                (fresh.TryGetValue(entry.Class, out var list) ? list : fresh[entry.Class] = []).Add(entry);
            }
        }

        var wanted = state.Classes.All.Select(c => state.Normalize(new Caller("", c, state.Options.Credential)).Class).ToHashSet();
        var richest = fresh.OrderByDescending(pair => wanted.Contains(pair.Key) ? pair.Value.Count : int.MaxValue).FirstOrDefault();
        var isMissing = wanted.Any(c => !fresh.ContainsKey(c));
        var isUnseen = richest.Key is not null && !wanted.Contains(richest.Key);
        if (richest.Key is not null && (isUnseen || (isMissing && richest.Value.Count > 1)))
        {
            state.Close(richest.Value[0], "fresh of a class asked for less", effects);
        }
    }

    /// <summary>At most one close a run; the stock is refilled on the endpoint with the fewest sessions for its weight.</summary>
    private void Rebalance(Effects<TSession> effects)
    {
        var weights = state.Options.EndpointWeights;
        if (weights.Count < 2 || state.IsDirect)
        {
            return;
        }

        var counts = new int[weights.Count];
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is { State: EntryState.Ready })
            {
                counts[entry.Endpoint]++;
            }
        }

        var most = Enumerable.Range(0, counts.Length).MaxBy(i => (double)counts[i] / weights[i]);
        var least = Enumerable.Range(0, counts.Length).Where(i => state.Breakers[i].Allows).DefaultIfEmpty(most).MinBy(i => (double)counts[i] / weights[i]);
        if ((counts[most] - 1.0) / weights[most] < (counts[least] + 1.0) / weights[least])
        {
            return;
        }

        var victim = Array.Find(IdleOldestFirst(), entry => entry.Endpoint == most);
        if (victim is not null)
        {
            state.Close(victim, $"endpoint {most} has more sessions than its share", effects, "rebalanced");
        }
    }
}
