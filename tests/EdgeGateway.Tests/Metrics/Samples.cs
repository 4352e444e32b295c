using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.Pooling;

namespace EdgeGateway.Tests.Metrics;

/// <summary>Samples and buckets for tests.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Durations in milliseconds, on the engine's scale: eight buckets an octave from a microsecond.</summary>
    public static DurationCounts Durations(params IEnumerable<double> milliseconds)
    {
        var dense = new long[DurationCounts.Scale];
        var sumMs = 0.0;
        foreach (var ms in milliseconds)
        {
            dense[(int)(Math.Log2(ms * 1000) * 8)]++;
            sumMs += ms;
        }

        return DurationCounts.Of(dense, sumMs);
    }

    public static IEnumerable<double> Times(int count, double milliseconds) => Enumerable.Repeat(milliseconds, count);

    /// <summary>A bucket with every figure set to something else.</summary>
    public static PoolBucket Bucket(DateTimeOffset start, DateTimeOffset? recordedFrom = null, long acquisitions = 7) => new()
    {
        Start = start,
        RecordedFrom = recordedFrom ?? Noon,
        Acquisitions = acquisitions,
        Timeouts = 1,
        Rejections = 2,
        Healthy = 3,
        Faulty = 4,
        InFlightMax = 5,
        Sessions = 6,
        Waits = Durations(0.5, 2),
        Uses = Durations(30, 30, 900),
    };

    /// <summary>What a bucket holds but its histograms, which have no equality of their own.</summary>
    public static object Figures(PoolBucket bucket) => bucket with { Waits = DurationCounts.None, Uses = DurationCounts.None };
}
