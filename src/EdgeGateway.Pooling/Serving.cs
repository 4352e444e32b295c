using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling;

/// <summary>
/// Who gets which session (pool.md sections 2 to 4): the isolation rules decide which sessions a caller may use at all, the strategy
/// picks among them. Everything here runs under the pool's lock.
/// </summary>
internal sealed class Serving<TSession>(PoolState<TSession> state, SessionPool<TSession> pool)
    where TSession : class, IPooledSession
{
    // Scratch of one decision; the lock makes one set enough.
    private readonly List<Candidate> _ready = [];
    private readonly List<Candidate> _withRoom = [];
    private readonly List<Candidate> _fresh = [];

    /// <summary>Serves the caller from what is open, or says that it has to wait.</summary>
    public bool TryServe(in Ask ask, TimeSpan waited, Effects<TSession> effects, out Grant<TSession> grant)
    {
        grant = default;
        if (state.IsDirect)
        {
            return false;
        }

        return ask.Bind ? TryBind(ask.Caller, effects, out grant) : TryLease(ask, waited, out grant);
    }

    /// <summary>Serves whoever in line can be served, the lanes taking turns.</summary>
    public void ServeLine(Effects<TSession> effects)
    {
        for (var lane = state.Line.FirstLane; lane is not null && HasAnyRoom();)
        {
            var next = lane.Next;
            var waiter = lane.Value.Head;
            if (TryServe(waiter.Ask, state.Clock.GetElapsedTime(waiter.Joined), effects, out var grant))
            {
                state.Line.Leave(waiter);
                effects.Answers.Add((waiter, grant));

                // Behind the others; its next waiter has its turn later in this pass.
                state.Line.EndTurn(lane);
                next ??= lane.List is null ? null : lane;
            }

            lane = next;
        }
    }

    /// <summary>Whether anything is left to be given away: who waits for a saturated pool is not looked at one by one.</summary>
    private bool HasAnyRoom()
    {
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is { State: EntryState.Ready, OneShot: false } && (state.Line.Binds > 0 || entry.IsIdle || HasRoom(entry, LeaseMode.Shared)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether any session the caller may use is open, busy ones included.</summary>
    public bool HasUsable(in Ask ask)
    {
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is not null && entry.State == EntryState.Ready && MayUse(ask.Caller, entry))
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
            state.Ring.Add(entry);
        }
    }

    /// <summary>Those it was opened for come first: in a pool without a stock nobody then opens a second one for the same request.</summary>
    private bool TryDeliver(SessionEntry<TSession> entry, bool bind, Effects<TSession> effects)
    {
        for (var lane = state.Line.FirstLane; lane is not null; lane = lane.Next)
        {
            var waiter = lane.Value.Head;
            if (lane.Value.Key.Bind == bind && lane.Value.Key.Key == entry.FreshKey && TryDeliver(entry, waiter, effects, out var grant))
            {
                if (grant is { } answer)
                {
                    state.Line.Leave(waiter);
                    state.Line.EndTurn(lane);
                    effects.Answers.Add((waiter, answer));
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
            grant = new Grant<TSession>(Binding: state.Bind(pool, entry, ask.Caller, effects));
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

        state.Ring.Add(entry);
        if (state.IsDirect)
        {
            entry.OneShot = true;
            entry.Partition = new PartitionKey(ask.Caller.Principal, ask.Caller.Credential.Fingerprint, ask.Caller.Class);
            grant = new Grant<TSession>(state.Grant(pool, entry, null, LeaseMode.Exclusive, state.Clock.GetElapsedTime(waiter.Joined)));
        }

        return true;
    }

    private void Stock(SessionEntry<TSession> entry, bool hasPlace, Effects<TSession> effects)
    {
        if (hasPlace)
        {
            state.Ring.Add(entry);
        }
        else
        {
            state.Close(entry, "the pool is full", effects);
        }
    }

    private bool TryBind(in Caller caller, Effects<TSession> effects, out Grant<TSession> grant)
    {
        _fresh.Clear();
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is null || entry.State != EntryState.Ready || !MayUse(caller, entry))
            {
                continue;
            }

            if (state.IsShared(entry))
            {
                grant = new Grant<TSession>(Sample: entry.Session);
                return true;
            }

            if (!entry.IsIdle)
            {
                continue;
            }

            if (entry.IsFresh)
            {
                _fresh.Add(new Candidate(entry.Slot, entry.Endpoint, 0));
            }
            else if (state.Options.Isolation == Isolation.User)
            {
                grant = new Grant<TSession>(Binding: state.Bind(pool, entry, caller, effects));
                return true;
            }
        }

        grant = default;
        if (_fresh.Count == 0)
        {
            return false;
        }

        var picked = Pick(_fresh, _fresh, caller);
        if (picked is null)
        {
            return false;
        }

        grant = new Grant<TSession>(Binding: state.Bind(pool, picked, caller, effects));
        return true;
    }

    private bool TryLease(in Ask ask, TimeSpan waited, out Grant<TSession> grant)
    {
        Sort(ask, out var mostRecent);
        grant = default;
        SessionEntry<TSession>? entry;
        if (_withRoom.Count > 0)
        {
            // A user's session-less calls go where the last one went: what it left there is still there.
            entry = mostRecent ?? Pick(_withRoom, _ready, ask.Caller);
        }
        else
        {
            var waitsForItsOwn = state.IsSticky && _ready.Count > 0;
            entry = waitsForItsOwn || _fresh.Count == 0 ? null : Pick(_fresh, _fresh, ask.Caller);
        }

        if (entry is null)
        {
            return false;
        }

        entry.Partition ??= state.PartitionOf(ask.Caller, entry);
        var mode = state.IsShared(entry) ? LeaseMode.Shared : ask.Mode;
        grant = new Grant<TSession>(state.Grant(pool, entry, null, mode, waited));
        return true;
    }

    /// <summary>Sorts the ring into the caller's own sessions, those of them with room, and fresh ones.</summary>
    private void Sort(in Ask ask, out SessionEntry<TSession>? mostRecent)
    {
        _ready.Clear();
        _withRoom.Clear();
        _fresh.Clear();
        mostRecent = null;
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is null || entry.State != EntryState.Ready || !MayUse(ask.Caller, entry))
            {
                continue;
            }

            var candidate = new Candidate(entry.Slot, entry.Endpoint, entry.InFlight);
            var shared = state.IsShared(entry);
            if (entry.IsFresh && !shared)
            {
                _fresh.Add(candidate);
                continue;
            }

            _ready.Add(candidate);
            if (!HasRoom(entry, shared ? LeaseMode.Shared : ask.Mode))
            {
                continue;
            }

            _withRoom.Add(candidate);
            if (!shared && state.Options.Isolation == Isolation.Auto && (mostRecent is null || entry.LastUsed > mostRecent.LastUsed))
            {
                mostRecent = entry;
            }
        }
    }

    private SessionEntry<TSession>? Pick(List<Candidate> candidates, List<Candidate> everybody, in Caller caller)
    {
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(candidates);
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(everybody);
        var picked = state.Placement.Pick(span, all, caller.StickyKey ?? caller.Principal, state.Options.MaxConcurrency);
        return picked < 0 ? null : state.Ring.Slots[candidates[picked].Slot];
    }

    private bool HasRoom(SessionEntry<TSession> entry, LeaseMode mode) => mode == LeaseMode.Exclusive
        ? entry.IsIdle
        : !entry.Exclusive && entry.InFlight < state.Options.MaxConcurrency;

    /// <summary>The isolation rule: same class, same credential, and the caller's own partition or nobody's yet.</summary>
    private bool MayUse(in Caller caller, SessionEntry<TSession> entry) =>
        !entry.OneShot
        && !entry.IsSuspect
        && entry.Generation == state.Generation
        && entry.Class == caller.Class
        && entry.Credential.Equals(caller.Credential)
        && (entry.Partition is not { } partition || partition == state.PartitionOf(caller, entry))
        && state.Breakers[entry.Endpoint].State == CircuitState.Closed;
}
