namespace EdgeGateway.Pooling;

/// <summary>The sessions of one server. pool.md is its specification.</summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public sealed class SessionPool<TSession> : ILeaseOwner
    where TSession : class, IPooledSession
{
    /// <summary>Creates the pool; warm-up starts at once and in the background.</summary>
    /// <param name="options">The first configuration.</param>
    /// <param name="opener">Runs handshakes.</param>
    /// <param name="cap">The gateway-wide limit.</param>
    /// <param name="clock">Source of time; monotonic where durations are measured.</param>
    /// <param name="onEvent">Told of every event, outside all locks; must not block.</param>
    public SessionPool(PoolOptions options, ISessionOpener<TSession> opener, SessionCap cap, TimeProvider clock, Action<PoolEvent>? onEvent = null) =>
        throw new NotImplementedException();

    /// <summary>The configuration in force.</summary>
    public PoolOptions Options => throw new NotImplementedException();

    /// <summary>Leases a session for one request of a caller without a binding.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="mode">Exclusive, or one permit. Under <see cref="Isolation.Shared"/> (or <see cref="Isolation.Auto"/> on a stateless upstream) an exclusive wish is granted as shared.</param>
    /// <param name="cancellationToken">The caller went away: it leaves the line; the returned task is cancelled.</param>
    /// <returns>A lease to release exactly once, or why there is none.</returns>
    public ValueTask<Acquired<TSession>> AcquireAsync(in Caller caller, LeaseMode mode, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Pins a session to one client session for its life; see <see cref="Bound{TSession}"/>.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public ValueTask<Bound<TSession>> BindAsync(in Caller caller, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Swaps the configuration in, live. A new credential or opener starts a new generation of sessions.</summary>
    /// <param name="options">The new configuration.</param>
    /// <param name="opener">A new opener when the connection changed (URL, credentials, transport); null keeps the current one.</param>
    public void Apply(PoolOptions options, ISessionOpener<TSession>? opener = null) => throw new NotImplementedException();

    /// <summary>Starts a new generation with the current configuration: every session is replaced, bindings end.</summary>
    public void Reset() => throw new NotImplementedException();

    /// <summary>Refuses new leases, waits for running requests up to <paramref name="timeout"/>, then closes every session, bound ones included.</summary>
    /// <returns>False when a drain already runs or has ended the pool's service.</returns>
    public bool TryDrain(TimeSpan timeout) => throw new NotImplementedException();

    /// <summary>Serves again after a drain; false when the pool was not draining or drained.</summary>
    public bool TryResume() => throw new NotImplementedException();

    /// <summary>Completes when the current drain has closed the last session; at once when none runs.</summary>
    public Task Drained => throw new NotImplementedException();

    /// <summary>Ends the pool: waiters are refused, running requests get up to <paramref name="timeout"/>, sessions are closed. Never throws.</summary>
    /// <param name="timeout">How long running requests may go on.</param>
    /// <param name="keepBound">True leaves bound sessions open upstream, to be adopted after a restart.</param>
    public Task ShutdownAsync(TimeSpan timeout, bool keepBound) => throw new NotImplementedException();

    /// <summary>A reading of the pool.</summary>
    public PoolStats Stats() => throw new NotImplementedException();

    /// <summary>Every session, bound ones included.</summary>
    public IReadOnlyList<SessionInfo> Sessions() => throw new NotImplementedException();

    /// <summary>The last 256 events, newest last.</summary>
    public IReadOnlyList<PoolEvent> Events() => throw new NotImplementedException();

    void ILeaseOwner.Release(int slot, long version, LeaseOutcome outcome) => throw new NotImplementedException();
}
