namespace EdgeGateway.Pooling.Line;

/// <summary>One waiter that waits no more: in a saturated pool every hand-over leaves one, and the next caller needs one. Used by anybody (Interlocked).</summary>
internal sealed class SpareWaiter<TSession>
    where TSession : class, IPooledSession
{
    private Waiter<TSession>? _spare;

    public Waiter<TSession> Take() => Interlocked.Exchange(ref _spare, null) ?? new Waiter<TSession>(this);

    public void Put(Waiter<TSession> waiter) => Volatile.Write(ref _spare, waiter);
}
