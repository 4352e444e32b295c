using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What requests and probes prove about sessions and endpoints (pool.md section 5, health). Runs under the pool's lock.</summary>
internal sealed class Verdicts<TSession>(PoolState<TSession> state, Outliers<TSession> outliers)
    where TSession : class, IPooledSession
{
    /// <summary>What a request proved about its session.</summary>
    /// <returns>Why the session is not kept; null when it is. A binding is never ended for faults; whether a lost session ends it is for the caller to say.</returns>
    public string? Judge(SessionEntry<TSession> entry, int permit, LeaseOutcome? outcome, Effects<TSession> effects)
    {
        if (outcome is { } ended)
        {
            Count(entry, ended, effects);
            entry.Tainted |= ended != LeaseOutcome.Reusable;
        }
        else
        {
            CountNothing(entry);
        }

        if (outcome == LeaseOutcome.SessionGone)
        {
            Suspect(entry, effects);
        }

        return entry.Place < 0 ? null : WhyNotKept(entry, permit == Permit.Exclusive, outcome, effects);
    }

    /// <summary>Released, and no healthy answer.</summary>
    private void CountNothing(SessionEntry<TSession> entry)
    {
        entry.NotHealthy++;
        state.Counters.NotHealthy++;
    }

    /// <summary>Counts how a request on a session ended.</summary>
    private void Count(SessionEntry<TSession> entry, LeaseOutcome outcome, Effects<TSession> effects)
    {
        if (outcome is LeaseOutcome.SessionGone or LeaseOutcome.CallerCancelled)
        {
            // Neither says anything about the server's health.
            CountNothing(entry);
            return;
        }

        var healthy = outcome == LeaseOutcome.Reusable;
        if (!healthy)
        {
            CountNothing(entry);
            state.Counters.Faulty++;
            entry.Outcomes.AddFault(entry.Healthy);
        }

        entry.LastError = outcome switch
        {
            LeaseOutcome.Reusable => entry.LastError,
            LeaseOutcome.TimedOut => "a request timed out",
            _ => "a request failed",
        };

        // The endpoints of an older generation may be others.
        if (entry.Generation != state.Generation)
        {
            return;
        }

        if (healthy)
        {
            state.Breakers[entry.Endpoint].Succeeded();
        }
        else
        {
            Blame(entry.Endpoint, effects);
            TripIfToBlame(entry, effects);
        }
    }

    public void Probed(SessionEntry<TSession> entry, ProbeResult result, Effects<TSession> effects)
    {
        var wasSuspect = entry.IsSuspect;
        entry.Probing = false;
        entry.IsSuspect = false;
        entry.LastProbed = state.Now;
        Settle(entry, result);
        if (entry.State == EntryState.Closed)
        {
            return;
        }

        if (result != ProbeResult.SessionGone)
        {
            // Counted as an outcome, though no lease ended.
            entry.NotHealthy--;
            state.Counters.NotHealthy--;
            Count(entry, result == ProbeResult.Alive ? LeaseOutcome.Reusable : LeaseOutcome.ServerFault, effects);
        }

        if (result == ProbeResult.SessionGone && !wasSuspect)
        {
            Suspect(entry, effects);
        }

        // A request that was placed meanwhile finds out by itself.
        if (entry.Place >= 0 && (result == ProbeResult.SessionGone || MustEject(entry, effects)))
        {
            state.TryCloseIdle(entry, result == ProbeResult.SessionGone ? "a probe found that the upstream forgot it" : "too many faults", effects);
        }

        state.Reconsider(entry);
    }

    /// <summary>
    /// An upstream that forgot one session has often forgotten all: it was restarted. So every idle session of the endpoint that is
    /// not newer is asked before it serves anybody; otherwise each would cost a caller its one retry.
    /// </summary>
    private void Suspect(SessionEntry<TSession> gone, Effects<TSession> effects)
    {
        if (gone.IsForgotten)
        {
            // Another of its requests found out before: what was opened since has nothing to do with it.
            return;
        }

        gone.IsForgotten = true;
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { State: EntryState.Ready, IsIdle: true, Probing: false, IsSuspect: false }
                && !ReferenceEquals(entry, gone) && entry.Endpoint == gone.Endpoint && entry.Generation == gone.Generation
                && entry.OpenedAt <= Math.Max(gone.LastUsed, gone.LastProbed))
            {
                entry.IsSuspect = true;
                entry.Probing = true;
                state.Reconsider(entry);
                effects.Probes.Add(entry);
            }
        }
    }

    /// <summary>An endpoint failed: five times in a row open its circuit, and once while it returns.</summary>
    public void Blame(int endpoint, Effects<TSession> effects)
    {
        var breaker = state.Breakers[endpoint];
        var why = breaker.State == CircuitState.Closed ? "too many faults in a row" : "it failed when it was tried again";
        if (breaker.Failed())
        {
            TellOpen(endpoint, why, effects);
        }
    }

    /// <summary>Opens the circuit of the session's endpoint if that is what fails.</summary>
    private void TripIfToBlame(SessionEntry<TSession> entry, Effects<TSession> effects)
    {
        if (outliers.WhyTrip(entry) is { } why)
        {
            state.Breakers[entry.Endpoint].Trip();
            TellOpen(entry.Endpoint, why, effects);
        }
    }

    private void TellOpen(int endpoint, string why, Effects<TSession> effects)
    {
        state.Tell(effects, "circuit_open", null, $"{why}; tried again in {state.Breakers[endpoint].Remaining.TotalSeconds:0.0} s", endpoint);
        outliers.Readmit(effects);
    }

    /// <summary>The breaker that let the probe through learns how it ended, whatever became of the session meanwhile.</summary>
    private void Settle(SessionEntry<TSession> entry, ProbeResult result)
    {
        var breaker = entry.ProbedFor;
        entry.ProbedFor = null;
        var isCounted = entry.State != EntryState.Closed && entry.Generation == state.Generation && result != ProbeResult.SessionGone;
        if (breaker is null || isCounted)
        {
            return;
        }

        if (result != ProbeResult.ServerFault)
        {
            // An upstream that says it does not know the session is there.
            breaker.Succeeded();
        }
        else
        {
            breaker.Abandoned();
        }
    }

    private string? WhyNotKept(SessionEntry<TSession> entry, bool isExclusive, LeaseOutcome? outcome, Effects<TSession> effects) => outcome switch
    {
        LeaseOutcome.SessionGone => "the upstream forgot the session",
        LeaseOutcome.TimedOut => "a request timed out on it",
        LeaseOutcome.CallerCancelled => "a cancelled request did not end on it",
        LeaseOutcome.ServerFault when isExclusive => "the connection failed while a request ran on it",
        _ when entry.OneShot => null,
        _ when MustEject(entry, effects) => "too many faults",
        _ => null,
    };

    private bool MustEject(SessionEntry<TSession> entry, Effects<TSession> effects)
    {
        if (!outliers.MustEject(entry))
        {
            return false;
        }

        // With a lone session all that is known of its endpoint goes: the next one must not be opened there at once.
        TripIfToBlame(entry, effects);
        return true;
    }
}
