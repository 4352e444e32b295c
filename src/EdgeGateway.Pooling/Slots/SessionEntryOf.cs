using EdgeGateway.Pooling.Maintenance;

namespace EdgeGateway.Pooling.Slots;

/// <summary>An open session of this type.</summary>
internal sealed class SessionEntry<TSession>(
    TSession session, Turnstile turnstile, int endpoint, Breaker breaker, Kind kind, int generation, TimeProvider clock, double jitter)
    : SessionEntry(turnstile, endpoint, breaker, kind, generation, clock, jitter)
    where TSession : class, IPooledSession
{
    public TSession Session { get; } = session;

    /// <summary>The binding that ends together with this session, once its running requests have.</summary>
    public Binding<TSession>? LeavingBinding { get; set; }

    // Read once: what a session says of itself must neither change nor throw while the pool decides.
    public override string DisplayId { get; } = session.DisplayId;

    public override bool IsStateful { get; } = session.IsStateful;
}
