namespace EdgeGateway.Pooling;

/// <summary>Every refusal's words: each names the setting that would help, and its value.</summary>
internal static class Refusals
{
    public static Refusal LineFull(PoolOptions options, TimeSpan retryAfter) => new(
        Rejection.PoolExhausted,
        "pool_exhausted",
        $"All sessions are busy and {options.PendingLimit} callers wait already (max_pending). Raise max_size ({options.MaxSize}) or max_pending.",
        retryAfter);

    public static Refusal TooManyClients(PoolOptions options) => new(
        Rejection.PoolExhausted,
        "pool_exhausted",
        $"The server has {options.MaxClientSessions} client sessions (max_client_sessions) and none is idle long enough to end. Raise max_client_sessions.",
        TimeSpan.FromSeconds(10));

    public static Refusal GatewayFull(SessionCap cap) => new(
        Rejection.PoolExhausted,
        "pool_exhausted",
        $"The gateway holds {cap.Limit} sessions (SESSION_POOL_MAX_TOTAL). Raise it, or end sessions that are not needed.",
        TimeSpan.FromSeconds(10));

    public static Refusal TimedOut(PoolOptions options, TimeSpan retryAfter) => new(
        Rejection.AcquireTimeout,
        "acquire_timeout",
        $"No session became free within {options.AcquireTimeout.TotalSeconds:0.###} s (timeout). Raise max_size ({options.MaxSize}), max_concurrency ({options.MaxConcurrency}) or timeout.",
        retryAfter);

    public static Refusal CircuitOpen(TimeSpan retryAfter) => new(
        Rejection.CircuitOpen,
        "circuit_open",
        "The upstream failed several times in a row; it is tried again shortly. POST /servers/{id}/test says what is wrong.",
        retryAfter);

    public static Refusal OpenFailed(string reason, string detail) => new(Rejection.OpenFailed, reason, detail, TimeSpan.Zero);

    public static Refusal Draining { get; } = new(
        Rejection.Draining,
        "draining",
        "The pool is draining. POST /servers/{id}/pool/resume lets it serve again.",
        TimeSpan.FromSeconds(5));

    public static Refusal Disabled { get; } = new(Rejection.Disabled, "disabled", "The server is inactive.", TimeSpan.Zero);

    public static Refusal BindingEnded(string reason) => new(Rejection.BindingEnded, "session_not_found", $"The session has ended: {reason}.", TimeSpan.Zero);
}
