using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Which handshakes to start: for callers that wait, then for the stock (pool.md section 5). Runs under the pool's lock after every change.
/// </summary>
internal sealed class Demand<TSession>(PoolState<TSession> state, Endpoints<TSession> endpoints, Places<TSession> places)
    where TSession : class, IPooledSession
{
    /// <summary>Growth is elided: while two handshakes run, calls end and free sessions, so most waiters never need a third.</summary>
    private const int PoolHandshakes = 2;

    /// <summary>A client session that is not shared needs a session of its own, there is nothing to elide; the limit protects the upstream.</summary>
    private const int BindHandshakes = 16;

    /// <summary>Whether a handshake might start for anybody who waits: not in a pool that is full and busy.</summary>
    public bool CanGrow => state.IsDirect || state.Line.Binds > 0 || state.Places < state.Options.MaxSize || places.AnyIdle();

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
        for (var endpoint = 0; endpoint < state.Breakers.Length && state.Options.Credential.IsStored; endpoint++)
        {
            if (endpoints.NeedsTrial(endpoint))
            {
                endpoints.TryOpen(endpoint, places.KindForStock(), OpeningPurpose.Trial, effects);
            }
        }
    }

    /// <summary>The line is gone through from its head.</summary>
    public void BeginPass()
    {
        for (var lane = state.Line.FirstLane; lane is not null; lane = lane.Next)
        {
            lane.Value.Partition.Kind.Expected.AsSpan().Clear();
        }

        places.BeginPass();
    }

    /// <summary>
    /// In a full pool an idle session goes to whose turn it is, by giving up its place, not to its user's next request: otherwise one user's
    /// backlog would keep all the others waiting.
    /// </summary>
    public void MakePlaceFor(in Ask ask, Effects<TSession> effects)
    {
        if (ask.Bind || state.IsDirect || state.Places < state.Options.MaxSize)
        {
            return;
        }

        // Heads of earlier lanes count on handshakes that are under way.
        ref var counted = ref ask.Kind.Expected[0];
        counted++;
        if (UnderWay(ask.Kind, bind: false) < counted && MayOpen(ask))
        {
            TryOpenFor(ask, effects);
        }
    }

    private void PlanForLine(Effects<TSession> effects)
    {
        if (!CanGrow)
        {
            return;
        }

        BeginPass();
        for (var lane = state.Line.FirstLane; lane is not null; lane = lane.Next)
        {
            var ask = lane.Value.Head.Ask;
            if (!MayOpen(ask))
            {
                continue;
            }

            // Handshakes under way that an earlier lane counts on already.
            ref var counted = ref ask.Kind.Expected[ask.Bind ? 1 : 0];
            var missing = NeedsNoMore(ask) ? 0 : lane.Value.Waiters.Count - Math.Max(0, UnderWay(ask.Kind, ask.Bind) - counted);
            while (missing > 0 && MayOpen(ask) && TryOpenFor(ask, effects))
            {
                missing = NeedsNoMore(ask) ? 0 : missing - 1;
            }

            counted += lane.Value.Waiters.Count;
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
        return (!state.IsSticky && !state.GrowthBackoff.IsResting) || !ask.HasUsable;
    }

    /// <summary>
    /// Where sessions are shared, one handshake answers every client that initializes: a crowd of a class that has none yet waits for the first
    /// of two, of which one may hang. Only if that session has a place, from where it answers the others.
    /// </summary>
    private bool NeedsNoMore(in Ask ask) =>
        ask.Bind && state.SharesByDefault && state.Places < state.Options.MaxSize && UnderWay(ask.Kind, bind: true) >= PoolHandshakes;

    private bool TryOpenFor(in Ask ask, Effects<TSession> effects)
    {
        var purpose = ask.Bind ? OpeningPurpose.Bind : OpeningPurpose.Grow;
        var endpoint = endpoints.LeastLoaded();
        return endpoint >= 0
            && places.TryMake(ask, endpoint, effects)
            && endpoints.TryOpen(endpoint, ask.Kind, purpose, effects);
    }

    private void PlanStock(Effects<TSession> effects)
    {
        while (state.Stock < state.Desired + state.Replacing
            && state.Places < state.Options.MaxSize
            && PoolHandshakesRunning() < PoolHandshakes
            && !state.StockBackoff.IsResting
            && endpoints.LeastLoaded() is var endpoint and >= 0
            && endpoints.TryOpen(endpoint, places.KindForStock(), OpeningPurpose.Warm, effects))
        {
            // TryOpen counted one place.
        }

        state.WasWarm |= state.Ready >= state.Desired;
    }

    private int UnderWay(Kind kind, bool bind)
    {
        var count = 0;
        foreach (var opening in state.Openings)
        {
            var fits = bind ? opening.Purpose == OpeningPurpose.Bind : opening.TakesPlace;
            count += fits && opening.Generation == state.Generation && ReferenceEquals(opening.Kind, kind) ? 1 : 0;
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
