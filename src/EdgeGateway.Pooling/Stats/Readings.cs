using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Stats;

/// <summary>What the pool tells about itself. Runs under the pool's lock.</summary>
internal sealed class Readings<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    public PoolStats Stats()
    {
        var open = OpenEntries();
        var active = open.Count(e => e.Entry.State == EntryState.Ready && IsActive(e));
        var draining = open.Count(e => e.Entry.State == EntryState.Draining);
        var unhealthy = open.Count(e => e.Entry.State == EntryState.Ready && !IsActive(e) && IsUnhealthy(e.Entry));
        var counters = state.Counters;
        var uses = state.Turnstile.Uses;
        var totals = state.Totals();
        var minute = counters.LastMinute.Sum(totals, state.Now, state.Clock);
        state.CountWaits();
        return new PoolStats
        {
            Status = Status(),
            Circuit = Circuit(),
            Total = open.Count,
            Active = active,
            Draining = draining,
            Unhealthy = unhealthy,
            Available = open.Count - active - draining - unhealthy,
            Bound = open.Count(e => e.Bound),
            Opening = state.Openings.Count,
            InFlight = totals.InFlight,
            Waiting = state.Line.Count,
            OldestWaiter = state.Line.Oldest is { } oldest ? state.Clock.GetElapsedTime(oldest.Joined) : TimeSpan.Zero,
            Acquisitions = totals.Acquisitions,
            Releases = totals.Releases,
            Timeouts = counters.Timeouts,
            Rejections = counters.Rejections,
            Cancellations = counters.Cancellations,
            Creates = counters.Creates,
            Destroys = counters.Destroys,
            DoubleReleases = state.Turnstile.DoubleReleases,
            ReuseRate = totals.Acquisitions == 0 ? 0 : (double)totals.Reused / totals.Acquisitions,
            SuccessRate = minute.SuccessRate,
            MeanWaitMs = counters.Waits.MeanMs,
            WaitMs = counters.Waits.Read(),
            MeanUseMs = uses.MeanMs,
            UseMs = uses.Read(),
            MeanAge = open.Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(open.Average(e => state.Clock.GetElapsedTime(e.Entry.OpenedAt).TotalSeconds)),
            HealthScore = HealthScore.Of(Availability(), minute.SuccessRate, minute.Acquisitions, minute.Timeouts, Circuit() == CircuitState.Open),
            LastOpenError = state.LastOpenError,
        };
    }

    public IReadOnlyList<SessionInfo> Sessions() =>
        [.. OpenEntries().Select(e => new SessionInfo(
            e.Entry.Session.DisplayId,
            e.Entry.Endpoint,
            e.Entry.State == EntryState.Draining ? SessionStatus.Draining
                : IsActive(e) ? SessionStatus.Active
                : IsUnhealthy(e.Entry) ? SessionStatus.Unhealthy
                : SessionStatus.Available,
            e.Bound,
            e.Entry.Owner?.Display,
            e.Entry.InFlight,
            e.Entry.Served,
            state.Clock.GetElapsedTime(e.Entry.OpenedAt),
            Idle(e.Entry),
            e.Entry.Outcomes.SuccessRate(e.Entry.Healthy),
            e.Entry.LastError))];

    /// <summary>When a caller that is turned away should come back: the line's length by the pool's pace, ±20 % so that they do not all come at once.</summary>
    public TimeSpan EstimatedWait()
    {
        var capacity = Math.Max(1, state.Ring.Count * (state.SharesByDefault ? state.Options.MaxConcurrency : 1));
        var meanMs = Math.Max(10, state.Turnstile.Uses.MeanMs);
        var wait = TimeSpan.FromMilliseconds(meanMs * (state.Line.Count + 1) / capacity);
        return (wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait) * (0.8 + (0.4 * state.Random.NextDouble()));
    }

    /// <summary>A session that was used since the last tick counts from the next one on.</summary>
    private TimeSpan Idle(SessionEntry entry)
    {
        var idle = state.Clock.GetElapsedTime(entry.LastUsed);
        return idle > TimeSpan.Zero ? idle : TimeSpan.Zero;
    }

    private static bool IsActive((SessionEntry<TSession> Entry, bool Bound) e) => e.Bound || e.Entry.InFlight > 0;

    private bool IsUnhealthy(SessionEntry<TSession> entry) => state.Breakers[Math.Min(entry.Endpoint, state.Breakers.Length - 1)].State != CircuitState.Closed;

    private List<(SessionEntry<TSession> Entry, bool Bound)> OpenEntries()
    {
        var open = new List<(SessionEntry<TSession>, bool)>(state.Ring.Count + state.Bindings.Count);
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not null)
            {
                open.Add((entry, false));
            }
        }

        foreach (var entry in state.Leaving)
        {
            open.Add((entry, false));
        }

        foreach (var binding in state.Bindings)
        {
            if (binding.Entry.State != EntryState.Closed)
            {
                open.Add((binding.Entry, true));
            }
        }

        return open;
    }

    private PoolStatus Status() => state.Phase switch
    {
        PoolPhase.Draining => PoolStatus.Draining,
        PoolPhase.Drained or PoolPhase.Ended => PoolStatus.Drained,
        _ when state.LastOpenError is not null && state.Ring.Count == 0 && state.Bindings.Count == 0 => PoolStatus.Error,
        _ when !state.WasWarm => PoolStatus.Warming,
        _ => PoolStatus.Active,
    };

    private CircuitState Circuit() =>
        Array.TrueForAll(state.Breakers, breaker => breaker.State == CircuitState.Open) ? CircuitState.Open
        : Array.Exists(state.Breakers, breaker => breaker.State == CircuitState.Closed) ? CircuitState.Closed
        : CircuitState.HalfOpen;

    /// <summary>Ready ÷ desired; a handshake under way counts as ready as long as none has failed.</summary>
    private double Availability()
    {
        if (state.Phase != PoolPhase.Serving)
        {
            return 1;
        }

        if (state.IsDirect)
        {
            return state.LastOpenError is null || state.Ring.Count + state.Bindings.Count > 0 ? 1 : 0;
        }

        if (!state.HasStock)
        {
            return 1;
        }

        var ready = 0;
        var isAway = false;
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { State: EntryState.Ready })
            {
                ready += IsUnhealthy(entry) ? 0 : 1;
                isAway |= IsUnhealthy(entry);
            }
        }

        // At the gateway's limit no handshake fails, because none begins; a pool that has nothing at all cannot serve all the same.
        var cannotOpen = ready == 0 && state.Openings.Count == 0 && state.Cap.Open >= state.Cap.Limit;
        return state.StockBackoff.HasFailed || cannotOpen ? Math.Min(1, (double)ready / state.Desired)
            : isAway ? Math.Min(1, (double)(ready + state.Openings.Count) / state.Desired)
            : 1;
    }
}
