using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>The end of a lease that is more than a permit given back. Runs under the pool's lock.</summary>
internal sealed class Returns<TSession>(PoolState<TSession> state, Verdicts<TSession> verdicts)
    where TSession : class, IPooledSession
{
    /// <summary>Ends a lease and hears how it went; false when it had ended before.</summary>
    public bool TryJudge(SessionEntry<TSession> entry, ulong ticket, LeaseOutcome? outcome, Effects<TSession> effects)
    {
        var permit = Ticket.Permit(ticket);
        var isExtra = permit == Permit.InTable;
        if (isExtra ? !state.ExtraLeases.TryReturn(entry, ticket) : !entry.TryEnd(ticket))
        {
            state.Turnstile.CountDoubleRelease();
            return false;
        }

        entry.LastUsed = state.Now;

        // Judged before the permit is free: nobody leases a session that is to be closed.
        if (verdicts.Judge(entry, permit, outcome, effects) is { } reason && entry.State == EntryState.Ready)
        {
            state.Retire(entry, reason, effects);
        }

        var isOrphan = false;
        if (!isExtra)
        {
            entry.Free(permit, out isOrphan);
        }

        Attend(entry, isOrphan, effects);
        return true;
    }

    /// <summary>Ends what waited for its last lease.</summary>
    public void Attend(SessionEntry<TSession> entry, bool isOrphan, Effects<TSession> effects)
    {
        if (isOrphan)
        {
            entry.Orphans--;
        }

        if (entry.State == EntryState.Closed)
        {
            if (entry.IsIdle && state.Orphaned.Remove(entry))
            {
                state.Counters.Bury(entry);
            }
        }
        else if (entry.OneShot && entry.IsIdle)
        {
            state.Close(entry, entry.LeaveReason ?? "its one request has ended", effects);
        }
        else if (entry.State == EntryState.Draining && entry.IsIdle)
        {
            state.Close(entry, entry.LeaveReason ?? "drained", effects);
        }
    }
}
