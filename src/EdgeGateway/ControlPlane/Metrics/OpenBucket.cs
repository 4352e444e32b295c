using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>The bucket that time is filling: the difference between the pool's counts at its start and at the last look.</summary>
internal sealed class OpenBucket(DateTimeOffset start, DateTimeOffset recordedFrom, PoolSample first)
{
    private readonly PoolSample _first = first;
    private PoolSample _last = first;
    private int _inFlightMax = first.InFlight;

    public DateTimeOffset Start => start;

    public void Observe(PoolSample sample)
    {
        _last = sample;
        _inFlightMax = Math.Max(_inFlightMax, sample.InFlight);
    }

    public PoolBucket Read() => new()
    {
        Start = start,
        RecordedFrom = recordedFrom,
        Acquisitions = _last.Acquisitions - _first.Acquisitions,
        Timeouts = _last.Timeouts - _first.Timeouts,
        Rejections = _last.Rejections - _first.Rejections,
        Healthy = _last.Healthy - _first.Healthy,
        Faulty = _last.Faulty - _first.Faulty,
        InFlightMax = _inFlightMax,
        Sessions = _last.Open,
        Waits = _last.Waits.Since(_first.Waits),
        Uses = _last.Uses.Since(_first.Uses),
    };
}
