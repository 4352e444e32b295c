namespace EdgeGateway.Pooling;

/// <summary>How one session stands, for people.</summary>
public enum SessionStatus
{
    /// <summary>The handshake runs.</summary>
    Opening,

    /// <summary>Idle and ready.</summary>
    Available,

    /// <summary>Bound, or with a request in flight.</summary>
    Active,

    /// <summary>Ejected for faults.</summary>
    Unhealthy,

    /// <summary>To be closed when its last request ends.</summary>
    Draining,
}

/// <summary>One session of the pool or of a binding.</summary>
/// <param name="SessionId">Short and safe to show.</param>
/// <param name="Endpoint">Index of the endpoint.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Bound">Whether a client session owns it.</param>
/// <param name="Partition">Short name of the partition; null while fresh. Never a secret.</param>
/// <param name="InFlight">Requests running.</param>
/// <param name="ReuseCount">Requests served so far.</param>
/// <param name="Age">Since the handshake.</param>
/// <param name="Idle">Since the last request ended.</param>
/// <param name="SuccessRate">Of its last outcomes, 0–1.</param>
/// <param name="LastError">What went wrong last, or null.</param>
public sealed record SessionInfo(
    string SessionId,
    int Endpoint,
    SessionStatus Status,
    bool Bound,
    string? Partition,
    int InFlight,
    long ReuseCount,
    TimeSpan Age,
    TimeSpan Idle,
    double SuccessRate,
    string? LastError);
