using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Which handshakes to start: for callers that wait, then for the stock (pool.md section 5). Runs under the pool's lock after every change.
/// </summary>
internal sealed class Demand<TSession>(PoolState<TSession> state, Serving<TSession> serving, Endpoints<TSession> endpoints, Places<TSession> places)
    where TSession : class, IPooledSession
{
    /// <summary>Growth is elided: while two handshakes run, calls end and free sessions, so most waiters never need a third.</summary>
    private const int PoolHandshakes = 2;

    /// <summary>A client session needs a session of its own, there is nothing to elide; the limit protects the upstream.</summary>
    private const int BindHandshakes = 16;

    // Scratch of one pass: handshakes under way per key that an earlier lane counts on already.
    private readonly Dictionary<(FreshKey, bool), int> _expected = [];

    public void Plan(Effects<TSession> effects)
    {
        if (state.Line.Count > 0)
        {
            PlanForLine(effects);
        }

        if (state.HasStock)
        {
            PlanStock(effects);
        }
        else
        {
            state.WasWarm = true;
        }
    }

    /// <summary>A handshake for each endpoint that failed and has nothing open that could show it is back; once a tick.</summary>
    public void TryEndpoints(Effects<TSession> effects)
    {
        for (var endpoint = 0; endpoint < state.Breakers.Length && state.Breakers.Length > 1 && state.Options.Credential.IsStored; endpoint++)
        {
            if (endpoints.NeedsTrial(endpoint))
            {
                endpoints.TryOpen(endpoint, places.ClassForStock(), state.Options.Credential, OpeningPurpose.Trial, effects);
            }
        }
    }

    private void PlanForLine(Effects<TSession> effects)
    {
        _expected.Clear();
        places.BeginPass();
        for (var lane = state.Line.FirstLane; lane is not null; lane = lane.Next)
        {
            var ask = lane.Value.Head.Ask;
            if (!MayOpen(ask))
            {
                continue;
            }

            var key = (ask.Key, ask.Bind);
            var counted = _expected.GetValueOrDefault(key);
            var missing = lane.Value.Waiters.Count - Math.Max(0, UnderWay(ask.Key, ask.Bind) - counted);
            while (missing > 0 && MayOpen(ask) && TryOpenFor(ask, effects))
            {
                missing--;
            }

            _expected[key] = counted + lane.Value.Waiters.Count;
        }
    }

    /// <summary>Whether one more handshake for callers like this one may start at all.</summary>
    private bool MayOpen(in Ask ask)
    {
        if (ask.Bind)
        {
            return Running(OpeningPurpose.Bind) < BindHandshakes;
        }

        if (state.IsDirect)
        {
            return state.Places < state.Options.MaxSize;
        }

        if (PoolHandshakesRunning() >= PoolHandshakes || (state.Places >= state.Options.MaxSize && !places.AnyIdle()))
        {
            return false;
        }

        // Under sticky a busy session is waited for, never spilled; elsewhere it is waited for while handshakes fail.
        return (!state.IsSticky && !state.GrowthBackoff.IsResting) || !serving.HasUsable(ask);
    }

    private bool TryOpenFor(in Ask ask, Effects<TSession> effects)
    {
        var purpose = ask.Bind ? OpeningPurpose.Bind : OpeningPurpose.Grow;
        var endpoint = endpoints.LeastLoaded();
        return endpoint >= 0
            && places.TryMake(ask, effects)
            && endpoints.TryOpen(endpoint, ask.Caller.Class, ask.Caller.Credential, purpose, effects);
    }

    private void PlanStock(Effects<TSession> effects)
    {
        while (state.Stock < state.Desired
            && state.Places < state.Options.MaxSize
            && PoolHandshakesRunning() < PoolHandshakes
            && !state.StockBackoff.IsResting
            && endpoints.LeastLoaded() is var endpoint and >= 0
            && endpoints.TryOpen(endpoint, places.ClassForStock(), state.Options.Credential, OpeningPurpose.Warm, effects))
        {
            // TryOpen counted one place.
        }

        state.WasWarm |= state.Ring.Count >= state.Desired;
    }

    private int UnderWay(FreshKey key, bool bind)
    {
        var count = 0;
        foreach (var opening in state.Openings)
        {
            var fits = bind ? opening.Purpose == OpeningPurpose.Bind : opening.TakesPlace;
            count += fits && opening.Generation == state.Generation && opening.Key == key ? 1 : 0;
        }

        return count;
    }

    private int PoolHandshakesRunning() => Running(OpeningPurpose.Grow) + Running(OpeningPurpose.Warm);

    private int Running(OpeningPurpose purpose)
    {
        var count = 0;
        foreach (var opening in state.Openings)
        {
            count += opening.Purpose == purpose && opening.Generation == state.Generation ? 1 : 0;
        }

        return count;
    }
}
