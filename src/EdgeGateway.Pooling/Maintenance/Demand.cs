using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Which handshakes to start: for client sessions that wait, for callers that wait, for the stock, in that order (pool.md section 5).
/// Runs under the pool's lock after every change.
/// </summary>
internal sealed class Demand<TSession>(PoolState<TSession> state, Serving<TSession> serving)
    where TSession : class, IPooledSession
{
    /// <summary>Growth is elided: while two handshakes run, calls end and free sessions, so most waiters never need a third.</summary>
    private const int PoolHandshakes = 2;

    /// <summary>A client session needs a session of its own, there is nothing to elide; the limit protects the upstream.</summary>
    private const int BindHandshakes = 16;

    // Scratch of one pass: handshakes under way per key that an earlier waiter in line counts on already.
    private readonly Dictionary<(FreshKey, bool), int> _expected = [];

    public void Plan(Effects<TSession> effects)
    {
        if (state.Phase != PoolPhase.Serving)
        {
            return;
        }

        _expected.Clear();
        for (var node = state.Line.First; node is not null; node = node.Next)
        {
            PlanFor(node.Value.Ask, effects);
        }

        if (!state.IsDirect)
        {
            PlanStock(effects);
        }
    }

    private void PlanFor(in Ask ask, Effects<TSession> effects)
    {
        var key = (ask.Key, ask.Bind);
        var counted = _expected.GetValueOrDefault(key);
        if (counted < UnderWay(ask.Key, ask.Bind))
        {
            _expected[key] = counted + 1;
            return;
        }

        if (ask.Bind)
        {
            if (Running(OpeningPurpose.Bind) < BindHandshakes && TryOpen(ask.Caller.Class, ask.Caller.Credential, OpeningPurpose.Bind, effects))
            {
                _expected[key] = counted + 1;
            }

            return;
        }

        if (Running(OpeningPurpose.Grow) + Running(OpeningPurpose.Warm) >= PoolHandshakes && !state.IsDirect)
        {
            return;
        }

        // Under sticky a busy session is waited for, never spilled.
        if (state.Options.Strategy == PoolStrategy.Sticky && !state.IsDirect && serving.HasUsable(ask))
        {
            return;
        }

        if ((state.Places < state.Options.MaxSize || TryEvictFor(ask, effects))
            && TryOpen(ask.Caller.Class, ask.Caller.Credential, OpeningPurpose.Grow, effects))
        {
            _expected[key] = counted + 1;
        }
    }

    private void PlanStock(Effects<TSession> effects)
    {
        while (state.Places < state.Desired
            && Running(OpeningPurpose.Grow) + Running(OpeningPurpose.Warm) < PoolHandshakes
            && state.Backoff.Remaining == TimeSpan.Zero
            && TryOpen(ClassForStock(), state.Options.Credential, OpeningPurpose.Warm, effects))
        {
            // TryOpen counted one place.
        }

        state.WasWarm |= state.Ring.Count >= state.Desired;
    }

    /// <summary>The class a client would find nothing fresh of; otherwise the one seen last.</summary>
    private SessionClass ClassForStock()
    {
        foreach (var sessionClass in state.Classes.All)
        {
            if (!HasFresh(sessionClass))
            {
                return state.Normalize(new Caller("", sessionClass, state.Options.Credential)).Class;
            }
        }

        return state.Normalize(new Caller("", state.Classes.Latest, state.Options.Credential)).Class;
    }

    private bool HasFresh(SessionClass sessionClass)
    {
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is not null && entry.IsFresh && entry.Class == sessionClass)
            {
                return true;
            }
        }

        return state.Openings.Exists(opening => opening.Purpose == OpeningPurpose.Warm && opening.Class == sessionClass);
    }

    /// <summary>Makes a place: an idle session this caller may not use, fresh of another class first, then the least recently used.</summary>
    private bool TryEvictFor(Ask ask, Effects<TSession> effects)
    {
        SessionEntry<TSession>? victim = null;
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is null || !entry.IsIdle || entry.OneShot || (entry.FreshKey == ask.Key && entry.IsFresh))
            {
                continue;
            }

            if (victim is null || (entry.IsFresh && !victim.IsFresh) || (entry.IsFresh == victim.IsFresh && entry.LastUsed < victim.LastUsed))
            {
                victim = entry;
            }
        }

        if (victim is null)
        {
            return false;
        }

        state.Close(victim, "idle, and its place was needed for another partition", effects, "evicted");
        return true;
    }

    private bool TryOpen(SessionClass sessionClass, Credential credential, OpeningPurpose purpose, Effects<TSession> effects)
    {
        var endpoint = LeastLoadedEndpoint();
        if (endpoint < 0 || !state.Cap.TryTake())
        {
            return false;
        }

        state.Breakers[endpoint].Started();
        var opening = new Opening(endpoint, sessionClass, credential, purpose, state.Generation);
        state.Openings.Add(opening);
        effects.Openings.Add(opening);
        return true;
    }

    /// <summary>Fewest faults first, then fewest sessions for its weight; −1 when no endpoint may be tried.</summary>
    private int LeastLoadedEndpoint()
    {
        var best = -1;
        var bestLoad = 0.0;
        for (var endpoint = 0; endpoint < state.Breakers.Length; endpoint++)
        {
            if (!state.Breakers[endpoint].Allows)
            {
                continue;
            }

            var load = Load(endpoint);
            var faults = state.Breakers[endpoint].FaultsInARow;
            if (best < 0 || faults < state.Breakers[best].FaultsInARow || (faults == state.Breakers[best].FaultsInARow && load < bestLoad))
            {
                best = endpoint;
                bestLoad = load;
            }
        }

        return best;
    }

    private double Load(int endpoint)
    {
        var sessions = 1;
        foreach (var entry in state.Ring.Slots)
        {
            sessions += entry?.Endpoint == endpoint ? 1 : 0;
        }

        foreach (var binding in state.Bindings)
        {
            sessions += binding.Entry.Endpoint == endpoint ? 1 : 0;
        }

        foreach (var opening in state.Openings)
        {
            sessions += opening.Endpoint == endpoint ? 1 : 0;
        }

        return (double)sessions / state.Options.EndpointWeights[endpoint];
    }

    private int UnderWay(FreshKey key, bool bind)
    {
        var count = 0;
        foreach (var opening in state.Openings)
        {
            count += opening.Key == key && opening.Purpose == OpeningPurpose.Bind == bind ? 1 : 0;
        }

        return count;
    }

    private int Running(OpeningPurpose purpose)
    {
        var count = 0;
        foreach (var opening in state.Openings)
        {
            count += opening.Purpose == purpose ? 1 : 0;
        }

        return count;
    }
}
