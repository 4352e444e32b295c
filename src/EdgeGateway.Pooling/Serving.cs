using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling;

/// <summary>
/// Who gets which session (pool.md sections 2 to 4): the isolation rules decide which sessions a caller may use at all, the strategy
/// picks among them. Everything here runs under the pool's lock.
/// </summary>
internal sealed class Serving<TSession>(PoolState<TSession> state, Demand<TSession> demand, SessionPool<TSession> pool)
    where TSession : class, IPooledSession
{
    /// <summary>Serves the caller from what is open, or says that it has to wait.</summary>
    public bool TryServe(in Ask ask, Effects<TSession> effects, out Grant<TSession> grant)
    {
        grant = default;
        if (state.IsDirect)
        {
            return false;
        }

        return ask.Bind ? TryBind(ask, effects, out grant) : TryLease(ask, out grant);
    }

    /// <summary>Serves whoever in line can be served, the lanes taking turns. Whose turn it is and whom no session fits gets a place before others use it.</summary>
    public void ServeLine(Effects<TSession> effects)
    {
        if (state.Line.Count > 0)
        {
            demand.BeginPass();
        }

        for (var lane = state.Line.FirstLane; lane is not null && HasAnyRoom();)
        {
            var waiter = lane.Value.Head;
            if (TryServe(waiter.Ask, effects, out var grant))
            {
                // The user's lanes go behind the others, and have their turn later in this pass.
                var user = lane.Value.User!;
                var others = WaitingLine<TSession>.NextOfOthers(lane);
                Answer(lane, waiter, grant, effects);
                lane = others ?? state.Line.LastLanesOf(user);
            }
            else
            {
                Reserve(waiter);
                demand.MakePlaceFor(waiter.Ask, effects);
                lane = lane.Next;
            }
        }
    }

    /// <summary>The waiter gets it and leaves the line; its lane goes behind the others.</summary>
    private void Answer(LinkedListNode<Lane<TSession>> lane, Waiter<TSession> waiter, in Grant<TSession> grant, Effects<TSession> effects)
    {
        state.Line.LeaveServed(lane, waiter);
        effects.Answers.Add((waiter, grant));
        if (!waiter.Ask.Bind)
        {
            state.CountWait(waiter.Joined);
        }
    }

    /// <summary>
    /// Who wants a whole session would never have one while others share it: the one with the fewest requests takes no more of them until
    /// the waiter had it.
    /// </summary>
    private void Reserve(Waiter<TSession> waiter)
    {
        if (waiter.Ask is not { Bind: false, Mode: LeaseMode.Exclusive } || state.SharesByDefault)
        {
            return;
        }

        if (waiter.Reserved is { State: EntryState.Ready } kept && ReferenceEquals(kept.Partition, waiter.Ask.Own))
        {
            // Somebody who had it in between, or left the line, took the mark away.
            kept.Reserve();
            return;
        }

        waiter.Reserved = ToReserve(waiter.Ask);
        waiter.Reserved?.Reserve();
    }

    /// <summary>Under <c>sticky</c> its home; else the session with the fewest requests that is not one caller's alone.</summary>
    private SessionEntry? ToReserve(in Ask ask)
    {
        var view = ask.Own.View;
        if (state.IsSticky)
        {
            var home = Sticky.HomeOf(view, ask.Caller);
            return home < 0 ? null : view.Seats[home].Entry;
        }

        SessionEntry? least = null;
        var fewest = int.MaxValue;
        foreach (ref readonly var seat in view.Seats.AsSpan())
        {
            if (seat.InFlight < fewest && !seat.Entry.IsExclusive)
            {
                least = seat.Entry;
                fewest = seat.InFlight;
            }
        }

        return least;
    }

    /// <summary>Whether anything is left to be given away: who waits for a saturated pool is not looked at one by one.</summary>
    private bool HasAnyRoom()
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { State: EntryState.Ready, OneShot: false } && (state.Line.Binds > 0 || entry.HasRoomFor(state.Options.MaxConcurrency)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A new session goes to the first who waits for one like it; otherwise to the stock.</summary>
    public void Deliver(SessionEntry<TSession> entry, OpeningPurpose purpose, Effects<TSession> effects)
    {
        var isForBinding = purpose == OpeningPurpose.Bind;
        if (TryDeliver(entry, isForBinding, effects) || TryDeliver(entry, !isForBinding, effects))
        {
            return;
        }

        // Nobody waits for it any more.
        var isExtra = purpose is OpeningPurpose.Bind or OpeningPurpose.Trial;
        if (!state.HasStock || state.Places >= state.Options.MaxSize || (isExtra && state.Stock >= state.Desired))
        {
            state.Close(entry, "nobody waited for it any more", effects);
        }
        else
        {
            state.Seat(entry);
        }
    }

    /// <summary>Those it was opened for come first: in a pool without a stock nobody then opens a second one for the same request.</summary>
    private bool TryDeliver(SessionEntry<TSession> entry, bool bind, Effects<TSession> effects)
    {
        for (var lane = state.Line.FirstLane; lane is not null; lane = lane.Next)
        {
            var waiter = lane.Value.Head;
            if (lane.Value.Bind == bind && ReferenceEquals(lane.Value.Partition.Kind, entry.Kind) && TryDeliver(entry, waiter, effects, out var grant))
            {
                if (grant is { } answer)
                {
                    Answer(lane, waiter, answer, effects);
                }

                return true;
            }
        }

        return false;
    }

    /// <param name="entry">The new session.</param>
    /// <param name="waiter">Somebody who waits for one like it.</param>
    /// <param name="effects">What follows.</param>
    /// <param name="grant">Null: it went into the ring, from where the line is served.</param>
    /// <returns>False when the session may not go to this waiter.</returns>
    private bool TryDeliver(SessionEntry<TSession> entry, Waiter<TSession> waiter, Effects<TSession> effects, out Grant<TSession>? grant)
    {
        grant = null;
        var ask = waiter.Ask;
        var hasPlace = state.Places < state.Options.MaxSize;
        if (ask.Bind && (state.IsDirect || !state.IsShared(entry)))
        {
            grant = new Grant<TSession>(Binding: state.Bind(pool, entry, ask, effects));
            return true;
        }

        if (ask.Bind)
        {
            // Shared after all: the client gets the handshake's answer, the session goes to the stock if there is a place.
            grant = new Grant<TSession>(Sample: entry.Session);
            Stock(entry, hasPlace, effects);
            return true;
        }

        if (!hasPlace)
        {
            return false;
        }

        if (state.IsDirect)
        {
            entry.OneShot = true;
            entry.Owner = ask.Own;
            state.Ring.Add(entry);
            grant = new Grant<TSession>(new Lease<TSession>(new Taken(entry, entry.TakeAll())));
        }
        else
        {
            state.Seat(entry);
        }

        return true;
    }

    private void Stock(SessionEntry<TSession> entry, bool hasPlace, Effects<TSession> effects)
    {
        if (hasPlace)
        {
            state.Seat(entry);
        }
        else
        {
            state.Close(entry, "the pool is full", effects);
        }
    }

    private bool TryBind(in Ask ask, Effects<TSession> effects, out Grant<TSession> grant)
    {
        grant = default;
        if (ask.Kind.Shared is { HasSeats: true } shared)
        {
            grant = new Grant<TSession>(Sample: ((SessionEntry<TSession>)shared.View.Seats[0].Entry).Session);
            return true;
        }

        if (state.Options.Isolation == Isolation.User)
        {
            foreach (var seat in ask.Own.View.Seats)
            {
                if (TryBind((SessionEntry<TSession>)seat.Entry, ask, effects, out grant))
                {
                    return true;
                }
            }
        }

        return ask.Kind.Stock.Pick(ask.Caller) is { } fresh && TryBind((SessionEntry<TSession>)fresh, ask, effects, out grant);
    }

    private bool TryBind(SessionEntry<TSession> entry, in Ask ask, Effects<TSession> effects, out Grant<TSession> grant)
    {
        var isFree = state.TryTakeOut(entry);
        grant = isFree ? new Grant<TSession>(Binding: state.Bind(pool, entry, ask, effects)) : default;
        return isFree;
    }

    /// <summary>The isolation rule: sessions of the caller's kind that are shared, its own, or nobody's yet.</summary>
    private bool TryLease(in Ask ask, out Grant<TSession> grant)
    {
        if (TryLease(ask.Kind.Shared, ask, out grant) || TryLease(ask.Own, ask, out grant))
        {
            return true;
        }

        // Under sticky a busy session is waited for, never spilled.
        if (state.IsSticky && (ask.Own.HasSeats || ask.Kind.Shared.HasSeats))
        {
            return false;
        }

        if (ask.Kind.Stock.Pick(ask.Caller) is not { } fresh)
        {
            return false;
        }

        state.Claim(fresh, ask);
        return TryLease(fresh.Partition!, ask, out grant);
    }

    private static bool TryLease(Partition partition, in Ask ask, out Grant<TSession> grant)
    {
        var taken = partition.TryTake(ask.Caller, ask.Mode);
        grant = taken.Entry is null ? default : new Grant<TSession>(new Lease<TSession>(taken));
        return taken.Entry is not null;
    }
}
