using EdgeGateway.Pooling.Line;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// What a decision leads to outside the pool's lock: callers to be answered, sessions to be opened and closed, events to be told.
/// Decided under the lock, carried out after it, used again.
/// </summary>
internal sealed class Effects<TSession>
    where TSession : class, IPooledSession
{
    public List<(Waiter<TSession> Waiter, Grant<TSession> Grant)> Answers { get; } = [];

    public List<Opening<TSession>> Openings { get; } = [];

    public List<TSession> Closings { get; } = [];

    public List<Slots.SessionEntry<TSession>> Probes { get; } = [];

    public List<Binding<TSession>> Replacements { get; } = [];

    /// <summary>Handshakes to call off.</summary>
    public List<CancellationTokenSource> CallOffs { get; } = [];

    /// <summary>Bindings that have ended: their streams end.</summary>
    public List<CancellationTokenSource> Ends { get; } = [];

    public List<PoolEvent> Events { get; } = [];

    public List<TaskCompletionSource> Drained { get; } = [];

    public bool IsEmpty =>
        Answers.Count + Openings.Count + Closings.Count + Probes.Count + Replacements.Count + CallOffs.Count + Ends.Count + Events.Count + Drained.Count == 0;

    public void Clear()
    {
        Answers.Clear();
        Openings.Clear();
        Closings.Clear();
        Probes.Clear();
        Replacements.Clear();
        CallOffs.Clear();
        Ends.Clear();
        Events.Clear();
        Drained.Clear();
    }
}
