namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>How finely and how long pools are recorded (api.md, pool/metrics).</summary>
internal static class HistorySpans
{
    /// <summary>Length of the buckets of the last minutes. They live in memory only.</summary>
    public static readonly TimeSpan Fine = TimeSpan.FromSeconds(5);

    /// <summary>How long the fine buckets are kept: 120 of them, about 100 KB a busy pool.</summary>
    public static readonly TimeSpan FineKept = TimeSpan.FromMinutes(10);

    /// <summary>Length of the buckets that are stored.</summary>
    public static readonly TimeSpan Coarse = TimeSpan.FromMinutes(5);

    /// <summary>How long they are kept: 2016 rows a pool, half a megabyte.</summary>
    public static readonly TimeSpan CoarseKept = TimeSpan.FromDays(7);

    /// <summary>The start of the bucket <paramref name="time"/> falls into.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset time, TimeSpan length) => new(time.UtcTicks - (time.UtcTicks % length.Ticks), TimeSpan.Zero);
}
