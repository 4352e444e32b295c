using EdgeGateway.Pooling.Line;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// What a decision leads to outside the pool's lock: callers to be answered, sessions to be opened and closed, events to be told.
/// Decided under the lock, carried out after it.
/// </summary>
internal sealed class Effects<TSession>
    where TSession : class, IPooledSession
{
    public List<(Waiter<TSession> Waiter, Grant<TSession> Grant)> Answers { get; } = [];

    public List<Opening> Openings { get; } = [];

    public List<TSession> Closings { get; } = [];

    public List<Slots.SessionEntry<TSession>> Probes { get; } = [];

    public List<CancellationTokenSource> Ends { get; } = [];

    public List<PoolEvent> Events { get; } = [];

    public TaskCompletionSource? Drained { get; set; }

    public bool IsEmpty =>
        Answers.Count + Openings.Count + Closings.Count + Probes.Count + Ends.Count + Events.Count == 0 && Drained is null;
}
