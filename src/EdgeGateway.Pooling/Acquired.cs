namespace EdgeGateway.Pooling;

/// <summary>Why a caller got no session. The names on the wire are those of pool.md section 5.</summary>
public enum Rejection
{
    /// <summary>Not rejected.</summary>
    None,

    /// <summary>Every place is taken and the line is full, or the limit on client sessions is reached. <c>pool_exhausted</c></summary>
    PoolExhausted,

    /// <summary>No session became free in time. <c>acquire_timeout</c></summary>
    AcquireTimeout,

    /// <summary>No endpoint may be tried now. <c>circuit_open</c></summary>
    CircuitOpen,

    /// <summary>The pool is draining. <c>draining</c></summary>
    Draining,

    /// <summary>The server is inactive. <c>disabled</c></summary>
    Disabled,

    /// <summary>The binding has ended; the client must initialize again. Answered 404.</summary>
    BindingEnded,

    /// <summary>No session is open and opening one failed; <see cref="Refusal.Reason"/> is the opener's. Answered 502, not 503.</summary>
    OpenFailed,
}

/// <summary>Why, and when to come back.</summary>
/// <param name="Rejection">The kind.</param>
/// <param name="Reason">Machine-readable; goes to the client as <c>data.reason</c>.</param>
/// <param name="Detail">One sentence that names the settings involved and their values; no secrets.</param>
/// <param name="RetryAfter">When trying again makes sense; zero when that is unknown.</param>
public sealed record Refusal(Rejection Rejection, string Reason, string Detail, TimeSpan RetryAfter);

/// <summary>A lease, or why there is none.</summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public readonly struct Acquired<TSession>
    where TSession : class, IPooledSession
{
    /// <summary>Got one.</summary>
    public Acquired(Lease<TSession> lease) => Lease = lease;

    /// <summary>Got none.</summary>
    public Acquired(Refusal refusal) => Refusal = refusal;

    /// <summary>Valid only when <see cref="Refusal"/> is null.</summary>
    public Lease<TSession> Lease { get; }

    /// <summary>Null when a lease was granted.</summary>
    public Refusal? Refusal { get; }
}
