namespace EdgeGateway.Pooling;

/// <summary>Opens upstream sessions for a pool: the handshake.</summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public interface ISessionOpener<TSession>
    where TSession : class, IPooledSession
{
    /// <summary>Runs one handshake.</summary>
    /// <param name="endpoint">Index into <see cref="PoolOptions.EndpointWeights"/>.</param>
    /// <param name="sessionClass">What to declare.</param>
    /// <param name="credential">What to authenticate with.</param>
    /// <param name="cancellationToken">Fires at the handshake timeout or when the pool ends.</param>
    /// <exception cref="SessionOpenException">The handshake failed; says whether the upstream is to blame.</exception>
    ValueTask<TSession> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken);
}

/// <summary>A handshake failed for a reason an operator can be told.</summary>
/// <param name="reason">Machine-readable, e.g. <c>upstream_refused</c>; becomes <c>data.reason</c> in the caller's error.</param>
/// <param name="message">One sentence without secrets.</param>
/// <param name="isServerFault">Whether it counts for the circuit breaker: connect, TLS, timeouts and the like, but not refused credentials.</param>
/// <param name="inner">The cause, for the log.</param>
public sealed class SessionOpenException(string reason, string message, bool isServerFault = true, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it counts for the circuit breaker.</summary>
    public bool IsServerFault { get; } = isServerFault;

    /// <summary>Machine-readable, e.g. <c>upstream_refused</c>, <c>upstream_auth</c>.</summary>
    public string Reason { get; } = reason;
}
