namespace EdgeGateway.LoadTests.Model;

/// <summary>How long steps took, in milliseconds.</summary>
/// <param name="From">What they were measured from.</param>
internal sealed record Latency(LatencyFrom From, double P50, double P75, double P90, double P99, double P999, double Max)
{
    /// <summary>For a plot: percentile (0 to 100) and milliseconds.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];
}

/// <summary>What a latency was measured from. A report must say it: the two cannot be compared.</summary>
internal enum LatencyFrom
{
    /// <summary>The moment the step began: service time. A client that waits begins no other, so a stall counts once per client.</summary>
    Start,

    /// <summary>The moment the step was due, whether or not it could begin then: a stall counts for everybody who came meanwhile.</summary>
    IntendedStart,
}

/// <summary>One point of a percentile curve.</summary>
internal readonly record struct CurvePoint(double Percentile, double Milliseconds);
