namespace EdgeGateway.Pooling;

/// <summary>What happened to which session, and why. The pool keeps the last 256.</summary>
/// <param name="Sequence">Counts from 1, never reused within a pool.</param>
/// <param name="At">Wall-clock time, for people.</param>
/// <param name="Kind">A field term: <c>opened</c>, <c>open_failed</c>, <c>bound</c>, <c>unbound</c>, <c>closed</c>, <c>evicted</c>, <c>drained</c>, …</param>
/// <param name="Session">Short session id, or null for an event of the pool.</param>
/// <param name="Endpoint">Index of the endpoint, or −1.</param>
/// <param name="Reason">Why, in words an operator understands.</param>
public sealed record PoolEvent(long Sequence, DateTimeOffset At, string Kind, string? Session, int Endpoint, string Reason)
{
    /// <summary>The session has left the pool for good: whatever the kind, <see cref="Took"/> is how long it was open.</summary>
    public bool IsEnd { get; init; }

    /// <summary>What the session was opened for (<c>opened</c>): <c>warm</c>, <c>grow</c>, <c>bind</c> or <c>trial</c>; null otherwise.</summary>
    public string? Purpose { get; init; }

    /// <summary>How long the handshake took (<c>opened</c>), or the session was open (<see cref="IsEnd"/>); zero otherwise.</summary>
    public TimeSpan Took { get; init; }
}
