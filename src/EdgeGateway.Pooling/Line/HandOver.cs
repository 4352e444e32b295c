using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Line;

/// <summary>
/// The short way from a request that ends to the one that waits for its session: the case that counts when a pool is saturated. Whoever's
/// turn it is takes the permit that was just freed; everything else that may follow from it goes the long way.
/// </summary>
internal sealed class HandOver<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    /// <summary>Serves the head of the line with a session a permit of which is free again.</summary>
    /// <returns>False when there is more to see to.</returns>
    public bool TryServeNext(SessionEntry entry)
    {
        Waiter<TSession> waiter;
        Grant<TSession> grant;
        long joined;
        bool isAll;
        using (state.Gate.Enter())
        {
            if (state.Phase != PoolPhase.Serving || entry is not { State: EntryState.Ready, Partition: { } partition })
            {
                return false;
            }

            if (state.Line.FirstLane is not { } turn)
            {
                return true;
            }

            var lane = turn.Value;
            var fits = ReferenceEquals(lane.Partition, partition) || (partition.IsShared && ReferenceEquals(lane.Partition.Kind, partition.Kind));
            if (lane.Bind || !fits)
            {
                return false;
            }

            waiter = lane.Head;
            var taken = partition.TryTake(waiter.Ask.Caller, waiter.Ask.Mode);
            if (taken.Entry is null)
            {
                return false;
            }

            grant = new Grant<TSession>(new Lease<TSession>(taken));
            state.Line.LeaveServed(turn, waiter);
            joined = waiter.Joined;
            state.Counters.Waited++;
            isAll = state.Line.Count == 0 || !entry.HasRoomFor(state.Options.MaxConcurrency);
        }

        Interleaving.Point();
        state.TimeWait(joined);
        waiter.Answer(grant);
        return isAll;
    }
}
