using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling;

/// <content>How sessions leave the pool: for a client session, or for good. Under the gate.</content>
internal sealed partial class PoolState<TSession>
{
    /// <summary>Takes the session out of the pool for good, whoever uses it; its upstream close follows outside the lock.</summary>
    public void Close(SessionEntry<TSession> entry, string reason, Effects<TSession> effects, string kind = "closed")
    {
        if (entry.State == EntryState.Closed)
        {
            return;
        }

        var place = entry.Place;
        entry.Close();
        Unseat(entry, place);
        if (entry.LeavingBinding is { } leaving)
        {
            entry.LeavingBinding = null;
            leaving.HasEnded = true;
            effects.Ends.Add(leaving.EndedSource);
        }

        Leaving.Remove(entry);
        if (entry.IsIdle)
        {
            Counters.Bury(entry);
        }
        else
        {
            Orphaned.Add(entry);
        }

        Closing++;
        Counters.Destroys++;
        effects.Closings.Add(entry.Session);
        Tell(effects, kind, entry, reason, took: Clock.GetElapsedTime(entry.OpenedAt), isEnd: true);
    }

    /// <summary>Closes an idle session; false when somebody just leased it.</summary>
    public bool TryCloseIdle(SessionEntry<TSession> entry, string reason, Effects<TSession> effects, string kind = "closed")
    {
        var place = entry.Place;
        if (entry.State == EntryState.Closed || !entry.TryLeaveIdle())
        {
            return false;
        }

        Unseat(entry, place);
        Close(entry, reason, effects, kind);
        return true;
    }

    /// <summary>Closes the session now, or when its last request has ended.</summary>
    public void Retire(SessionEntry<TSession> entry, string reason, Effects<TSession> effects)
    {
        if (entry.State == EntryState.Closed)
        {
            return;
        }

        var wasReady = entry.State == EntryState.Ready;
        if (wasReady)
        {
            entry.LeaveReason = reason;
        }

        if (entry.StopLeasing())
        {
            Close(entry, reason, effects);
        }
        else if (wasReady)
        {
            Show(entry.Partition);
            if (entry.Place < 0)
            {
                Leaving.Add(entry);
            }
        }
    }

    /// <summary>Pins a session that is in no slot: one just opened, or just taken out of the ring.</summary>
    public Binding<TSession> Bind(SessionPool<TSession> pool, SessionEntry<TSession> entry, in Ask ask, Effects<TSession> effects)
    {
        entry.Sit(place: -1);
        entry.Owner = ask.Own;
        var binding = new Binding<TSession>(pool, ask.Caller, entry, Now);
        Bindings.Add(binding);
        Counters.Bindings++;
        Tell(effects, "bound", entry, "a client session began");
        return binding;
    }

    /// <summary>Ends a binding: no more leases, streams end. Its session is closed, or returns to its user's partition.</summary>
    /// <param name="binding">Which.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="cut">Close at once; otherwise when the last request has ended.</param>
    /// <param name="effects">What follows.</param>
    public void EndBinding(Binding<TSession> binding, string reason, bool cut, Effects<TSession> effects)
    {
        var entry = binding.Entry;
        if (!Bindings.Remove(binding))
        {
            if (cut && ReferenceEquals(entry.LeavingBinding, binding))
            {
                Close(entry, reason, effects);
            }

            return;
        }

        binding.EndReason = reason;
        Tell(effects, "unbound", entry, reason);
        var returns = Options.Isolation == Isolation.User && !IsDirect && Phase == PoolPhase.Serving && entry.State == EntryState.Ready
            && !entry.Tainted && entry.Generation == Generation && Places < Options.MaxSize && entry.TryLeaveIdle();
        if (!cut && !returns && entry.State == EntryState.Ready)
        {
            // Its running requests may finish, and for that their client must still be heard.
            binding.IsLeaving = true;
            entry.LeavingBinding = binding;
            Retire(entry, reason, effects);
            return;
        }

        binding.HasEnded = true;
        effects.Ends.Add(binding.EndedSource);
        if (returns)
        {
            Seat(entry);
        }
        else
        {
            Close(entry, reason, effects);
        }
    }
}
