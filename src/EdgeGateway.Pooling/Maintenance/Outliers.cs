using System.Runtime.InteropServices;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Who is to blame where too much fails (pool.md section 5, correlated failure): a session, which is ejected, or its endpoint, whose
/// circuit opens. What an endpoint is measured by is the others: where none does better, refusing its calls would only make more of them
/// fail. Runs under the pool's lock, and not for requests that end well on sessions that are well.
/// </summary>
internal sealed class Outliers<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    private const int FewestSamples = 10;
    private const int FaultsInARowToEject = 5;

    /// <summary>
    /// Whether a session is ejected: five faults in a row, or a success rate below the threshold; but never half the sessions of an endpoint,
    /// and none where the endpoint's others do no better and another endpoint does. A lone one goes all the same: nothing else would show
    /// whether a new one is better.
    /// </summary>
    public bool MustEject(SessionEntry<TSession> entry)
    {
        if (entry.Generation != state.Generation || !IsBad(entry))
        {
            // One of an older connection is on its way out already.
            return false;
        }

        Span<Record> records = stackalloc Record[state.Breakers.Length];
        Read(records, entry);
        var others = records[entry.Endpoint];
        return others.Slots == 0 || !(others.WouldBeHalfGone || (IsLow(others) && IsAnyBetter(records, entry.Endpoint)));
    }

    /// <summary>
    /// Whether a fault on this session, in a slot or bound, opens its endpoint's circuit: the endpoint's other sessions, taken together, are
    /// below the threshold, or this one is and ejecting it would take half of the slots; and another endpoint does better.
    /// </summary>
    /// <returns>Why, for people; null when it does not.</returns>
    public string? WhyTrip(SessionEntry<TSession> entry)
    {
        if (state.Breakers is [_] || state.Breakers[entry.Endpoint].State != CircuitState.Closed)
        {
            return null;
        }

        Span<Record> records = stackalloc Record[state.Breakers.Length];
        Read(records, entry);
        var others = records[entry.Endpoint];
        var (outcomes, healthy) = entry.Outcomes.Read(entry.Healthy);
        var areOthersLow = IsLow(others);
        if (!(areOthersLow || (entry.Place >= 0 && others.WouldBeHalfGone && IsLow(outcomes, healthy))) || !IsAnyBetter(records, entry.Endpoint))
        {
            return null;
        }

        if (areOthersLow)
        {
            outcomes += others.Outcomes;
            healthy += others.Healthy;
        }

        return $"{(areOthersLow ? "its success rate is" : "the success rates of half its sessions are")} too low: "
            + $"{100 * healthy / outcomes} % of the last {outcomes} requests, health_check_threshold is {state.Options.HealthCheckThreshold} %";
    }

    /// <summary>
    /// Once a tick, and when a circuit opens: an endpoint that was sent away for its rate serves again when no other does better any more.
    /// So a rate never leaves callers without an endpoint.
    /// </summary>
    public void Readmit(Effects<TSession> effects)
    {
        if (!Array.Exists(state.Breakers, static breaker => breaker.IsAwayForItsRate))
        {
            return;
        }

        Span<Record> records = stackalloc Record[state.Breakers.Length];
        Read(records, null);
        for (var endpoint = 0; endpoint < records.Length; endpoint++)
        {
            if (state.Breakers[endpoint].IsAwayForItsRate && !IsAnyBetter(records, endpoint))
            {
                state.Breakers[endpoint].Readmit();
                state.Tell(effects, "circuit_closed", null, "no other endpoint does better any more: what it answers well is better than nothing", endpoint);
            }
        }
    }

    private bool IsBad(SessionEntry<TSession> entry)
    {
        var (outcomes, healthy) = entry.Outcomes.Read(entry.Healthy);
        return IsLow(outcomes, healthy) || entry.Outcomes.FaultsInARow >= FaultsInARowToEject;
    }

    private bool IsLow(in Record record) => IsLow(record.Outcomes, record.Healthy);

    private bool IsLow(int outcomes, int healthy) => outcomes >= FewestSamples && healthy * 100L < (long)outcomes * state.Options.HealthCheckThreshold;

    /// <summary>Whether calls have somewhere better to go: to an endpoint that serves without restriction, has a session open, and answers well as far as is known.</summary>
    private bool IsAnyBetter(ReadOnlySpan<Record> records, int than)
    {
        for (var endpoint = 0; endpoint < records.Length; endpoint++)
        {
            if (endpoint != than && state.Breakers[endpoint].State == CircuitState.Closed && records[endpoint].Serving > 0 && !IsLow(records[endpoint]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds up what is known of the present connection's sessions, endpoint by endpoint, but for one of them.</summary>
    private void Read(Span<Record> records, SessionEntry<TSession>? except)
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not null && entry.Generation == state.Generation && !ReferenceEquals(entry, except))
            {
                ref var record = ref records[entry.Endpoint];
                record.Slots++;
                record.Leaving += entry.State == EntryState.Draining ? 1 : 0;
                record.Add(entry);
            }
        }

        foreach (var binding in state.Bindings)
        {
            if (binding.Entry.Generation == state.Generation && !ReferenceEquals(binding.Entry, except))
            {
                records[binding.Entry.Endpoint].Add(binding.Entry);
            }
        }
    }

    /// <summary>An endpoint's sessions, taken together.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Record
    {
        /// <summary>In the ring; without the one it is asked about.</summary>
        public int Slots;

        /// <summary>Of those, on their way out.</summary>
        public int Leaving;

        /// <summary>That serve, bound ones included.</summary>
        public int Serving;

        /// <summary>Of the last minute, 64 of each session at most; bound ones included.</summary>
        public int Outcomes;

        public int Healthy;

        /// <summary>If the one it is asked about left as well.</summary>
        public readonly bool WouldBeHalfGone => (Leaving + 1) * 2 >= Slots + 1;

        public void Add(SessionEntry<TSession> entry)
        {
            var (outcomes, healthy) = entry.Outcomes.Read(entry.Healthy);
            Outcomes += outcomes;
            Healthy += healthy;
            Serving += entry is { State: EntryState.Ready, IsSuspect: false } ? 1 : 0;
        }
    }
}
