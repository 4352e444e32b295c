namespace EdgeGateway.Pooling.Stats;

/// <summary>What the pool counts since it was made. Read and written under the pool's lock.</summary>
internal sealed class Counters(TimeProvider clock)
{
    public long Acquisitions { get; set; }

    public long Releases { get; set; }

    public long Reused { get; set; }

    public long Timeouts { get; set; }

    public long Rejections { get; set; }

    public long Cancellations { get; set; }

    public long Creates { get; set; }

    public long Destroys { get; set; }

    public long Bindings { get; set; }

    public long DoubleReleases { get; set; }

    public DurationHistogram Waits { get; } = new();

    public DurationHistogram Uses { get; } = new();

    public RollingMinute LastMinute { get; } = new(clock);
}
