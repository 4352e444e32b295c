namespace EdgeGateway.Pooling.Line;

/// <summary>A caller in line. Completed outside the pool's lock, never on the completer's stack.</summary>
internal sealed class Waiter<TSession>(Ask ask, long joined, long deadline) : TaskCompletionSource<Grant<TSession>>(TaskCreationOptions.RunContinuationsAsynchronously)
    where TSession : class, IPooledSession
{
    // The rest is read and written under the pool's lock.
    public Ask Ask { get; set; } = ask;

    /// <summary>Timestamp.</summary>
    public long Joined { get; } = joined;

    /// <summary>Timestamp after which the wait was in vain.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>Null when not in line: who leaves the line first decides.</summary>
    public Lane<TSession>? Lane { get; set; }

    /// <summary>Its place among all who wait, in the order they came.</summary>
    public LinkedListNode<Waiter<TSession>>? Place { get; set; }

    /// <summary>Its place in its lane.</summary>
    public LinkedListNode<Waiter<TSession>>? LanePlace { get; set; }
}
