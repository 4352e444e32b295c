namespace EdgeGateway.Pooling.Line;

/// <summary>A caller in line. Completed outside the pool's lock, never on the completer's stack.</summary>
internal sealed class Waiter<TSession>(Ask ask, long joined, long deadline) : TaskCompletionSource<Grant<TSession>>(TaskCreationOptions.RunContinuationsAsynchronously)
    where TSession : class, IPooledSession
{
    public Ask Ask { get; } = ask;

    /// <summary>Timestamp.</summary>
    public long Joined { get; } = joined;

    /// <summary>Timestamp after which the wait was in vain.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>Read and written under the pool's lock: who leaves the line first decides.</summary>
    public bool InLine { get; set; } = true;
}
