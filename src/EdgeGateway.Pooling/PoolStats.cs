namespace EdgeGateway.Pooling;

/// <summary>What the pool is doing.</summary>
public enum PoolStatus
{
    /// <summary>Opening its first sessions.</summary>
    Warming,

    /// <summary>Serving.</summary>
    Active,

    /// <summary>Refusing new leases, waiting for the last ones.</summary>
    Draining,

    /// <summary>Drained; resume or reset to go on.</summary>
    Drained,

    /// <summary>Cannot open a session.</summary>
    Error,
}

/// <summary>State of the circuit breaker.</summary>
public enum CircuitState
{
    /// <summary>Calls pass.</summary>
    Closed,

    /// <summary>Calls are refused.</summary>
    Open,

    /// <summary>A probe decides.</summary>
    HalfOpen,
}

/// <summary>Three percentiles of a duration, in milliseconds.</summary>
/// <param name="P50">Median.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile.</param>
public readonly record struct Percentiles(double P50, double P95, double P99);

/// <summary>A reading of the pool. Each figure is exact; figures read together may be a request apart.</summary>
public sealed record PoolStats
{
    /// <summary>What the pool is doing.</summary>
    public required PoolStatus Status { get; init; }

    /// <summary>The breaker over all endpoints: open only when every endpoint's is.</summary>
    public required CircuitState Circuit { get; init; }

    /// <summary>Open sessions, bound ones included: active + available + unhealthy + draining.</summary>
    public required int Total { get; init; }

    /// <summary>Bound, or with a request in flight.</summary>
    public required int Active { get; init; }

    /// <summary>Open, idle and healthy, not bound.</summary>
    public required int Available { get; init; }

    /// <summary>Open but ejected for faults, idle.</summary>
    public required int Unhealthy { get; init; }

    /// <summary>Open, to be closed when the last request ends.</summary>
    public required int Draining { get; init; }

    /// <summary>Sessions bound to a client session.</summary>
    public required int Bound { get; init; }

    /// <summary>Handshakes under way; not in <see cref="Total"/>.</summary>
    public required int Opening { get; init; }

    /// <summary>Leases held.</summary>
    public required int InFlight { get; init; }

    /// <summary>Callers in line.</summary>
    public required int Waiting { get; init; }

    /// <summary>How long the longest waiting caller has waited.</summary>
    public required TimeSpan OldestWaiter { get; init; }

    /// <summary>Leases granted, on bound sessions too.</summary>
    public required long Acquisitions { get; init; }

    /// <summary>Leases given back.</summary>
    public required long Releases { get; init; }

    /// <summary>Callers that waited in vain.</summary>
    public required long Timeouts { get; init; }

    /// <summary>Callers refused at once.</summary>
    public required long Rejections { get; init; }

    /// <summary>Callers that stopped waiting.</summary>
    public required long Cancellations { get; init; }

    /// <summary>Sessions opened.</summary>
    public required long Creates { get; init; }

    /// <summary>Sessions closed.</summary>
    public required long Destroys { get; init; }

    /// <summary>Second releases of a lease: bugs of the caller, harmless to the pool.</summary>
    public required long DoubleReleases { get; init; }

    /// <summary>Share of acquisitions served by a session that had served before, 0–1.</summary>
    public required double ReuseRate { get; init; }

    /// <summary>Share of healthy outcomes among the server's, last 60 s, 0–1; 1 below 10 samples.</summary>
    public required double SuccessRate { get; init; }

    /// <summary>Mean wait, milliseconds.</summary>
    public required double MeanWaitMs { get; init; }

    /// <summary>Waits.</summary>
    public required Percentiles WaitMs { get; init; }

    /// <summary>Mean time from grant to release, milliseconds.</summary>
    public required double MeanUseMs { get; init; }

    /// <summary>Times from grant to release.</summary>
    public required Percentiles UseMs { get; init; }

    /// <summary>Mean age of the open sessions.</summary>
    public required TimeSpan MeanAge { get; init; }

    /// <summary>0–100 (pool.md section 5).</summary>
    public required int HealthScore { get; init; }

    /// <summary>Why the last handshake failed, or null since one succeeded.</summary>
    public required string? LastOpenError { get; init; }
}
