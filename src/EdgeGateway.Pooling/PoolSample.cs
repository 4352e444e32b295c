namespace EdgeGateway.Pooling;

/// <summary>
/// One reading of what the pool has counted since it was made, all of it taken at one moment. The difference of two readings tells what
/// happened between them.
/// </summary>
public sealed record PoolSample
{
    /// <summary>Of a pool that has done nothing yet.</summary>
    public static PoolSample Zero { get; } = new();

    /// <summary>Leases granted.</summary>
    public long Acquisitions { get; init; }

    /// <summary>Leases given back.</summary>
    public long Releases { get; init; }

    /// <summary>Callers that waited in vain.</summary>
    public long Timeouts { get; init; }

    /// <summary>Callers refused.</summary>
    public long Rejections { get; init; }

    /// <summary>Callers that stopped waiting.</summary>
    public long Cancellations { get; init; }

    /// <summary>Requests and probes the server answered, errors of a tool included.</summary>
    public long Healthy { get; init; }

    /// <summary>Requests and probes the server failed: no connection, a 5xx, no answer in time.</summary>
    public long Faulty { get; init; }

    /// <summary>Leases held at this moment.</summary>
    public int InFlight { get; init; }

    /// <summary>Open sessions at this moment, bound ones included.</summary>
    public int Open { get; init; }

    /// <summary>Times callers waited for a lease. None while <see cref="PoolOptions.CollectMetrics"/> is off.</summary>
    public DurationCounts Waits { get; init; } = DurationCounts.None;

    /// <summary>Times from grant to release. None while <see cref="PoolOptions.CollectMetrics"/> is off.</summary>
    public DurationCounts Uses { get; init; } = DurationCounts.None;
}
