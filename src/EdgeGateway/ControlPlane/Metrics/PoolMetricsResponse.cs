using EdgeGateway.ControlPlane.Pools;

namespace EdgeGateway.ControlPlane.Metrics;

// The wire types of api.md, pool/metrics. Names and order are the specification's.

internal sealed record PoolMetricsResponse(int BucketSeconds, IReadOnlyList<PoolBucketResponse> Buckets);

internal sealed record PoolBucketResponse
{
    public required DateTime Start { get; init; }
    public required long Acquisitions { get; init; }
    public required long Timeouts { get; init; }
    public required long Rejections { get; init; }
    public required int InFlightMax { get; init; }
    public required int Sessions { get; init; }
    public required PercentilesResponse WaitMs { get; init; }
    public required PercentilesResponse UseMs { get; init; }
    public required double SuccessRate { get; init; }

    public static PoolBucketResponse Of(PoolBucket bucket) => new()
    {
        Start = bucket.Start.UtcDateTime,
        Acquisitions = bucket.Acquisitions,
        Timeouts = bucket.Timeouts,
        Rejections = bucket.Rejections,
        InFlightMax = bucket.InFlightMax,
        Sessions = bucket.Sessions,
        WaitMs = PoolReadings.Percentiles(bucket.Waits.Percentiles()),
        UseMs = PoolReadings.Percentiles(bucket.Uses.Percentiles()),
        SuccessRate = PoolReadings.Round(bucket.SuccessRate),
    };
}
