namespace EdgeGateway.Pooling.Stats;

/// <summary>Takes samples of the counters. Runs under the pool's lock. A pool that did nothing meanwhile costs no copy.</summary>
internal sealed class Sampling(Turnstile turnstile, Counters counters)
{
    private DurationCounts _waits = DurationCounts.None;
    private DurationCounts _uses = DurationCounts.None;

    public PoolSample Sample(in Totals totals) => new()
    {
        Acquisitions = totals.Acquisitions,
        Releases = totals.Releases,
        Timeouts = counters.Timeouts,
        Rejections = counters.Rejections,
        Cancellations = counters.Cancellations,
        Healthy = totals.Healthy,
        Faulty = totals.Faulty,
        InFlight = totals.InFlight,
        Open = (int)(counters.Creates - counters.Destroys),
        Waits = _waits = counters.Waits.Copy(_waits),
        Uses = _uses = turnstile.Uses.Copy(_uses),
    };
}
