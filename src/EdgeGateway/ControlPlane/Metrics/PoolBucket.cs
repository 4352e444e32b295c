using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>What a pool did in one stretch of time.</summary>
internal sealed record PoolBucket
{
    /// <summary>A multiple of the bucket's length since 1970, UTC.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>
    /// Since when the pool had been recorded without a break, to the millisecond. A restart within a bucket leaves two parts of it, which
    /// this tells apart; they are merged when read.
    /// </summary>
    public required DateTimeOffset RecordedFrom { get; init; }

    public required long Acquisitions { get; init; }

    public required long Timeouts { get; init; }

    public required long Rejections { get; init; }

    /// <summary>Healthy outcomes of requests and probes.</summary>
    public required long Healthy { get; init; }

    /// <summary>Faulty ones.</summary>
    public required long Faulty { get; init; }

    /// <summary>The most leases held at once, as seen once a second.</summary>
    public required int InFlightMax { get; init; }

    /// <summary>Open sessions at its end.</summary>
    public required int Sessions { get; init; }

    public required DurationCounts Waits { get; init; }

    public required DurationCounts Uses { get; init; }

    /// <summary>Requests and probes whose outcome speaks for or against the server.</summary>
    public long Outcomes => Healthy + Faulty;

    /// <summary>0–1; 1 where there was nothing to judge.</summary>
    public double SuccessRate => Outcomes == 0 ? 1 : (double)Healthy / Outcomes;

    /// <summary>Order in time.</summary>
    public int CompareTo(PoolBucket other) => Start == other.Start ? RecordedFrom.CompareTo(other.RecordedFrom) : Start.CompareTo(other.Start);

    /// <summary>Both together, as one stretch of time: it starts with the earlier one and ends as the later one did.</summary>
    public PoolBucket Plus(PoolBucket other)
    {
        var (first, last) = CompareTo(other) <= 0 ? (this, other) : (other, this);
        return first with
        {
            Acquisitions = first.Acquisitions + last.Acquisitions,
            Timeouts = first.Timeouts + last.Timeouts,
            Rejections = first.Rejections + last.Rejections,
            Healthy = first.Healthy + last.Healthy,
            Faulty = first.Faulty + last.Faulty,
            InFlightMax = Math.Max(first.InFlightMax, last.InFlightMax),
            Sessions = last.Sessions,
            Waits = first.Waits.Plus(last.Waits),
            Uses = first.Uses.Plus(last.Uses),
        };
    }
}
