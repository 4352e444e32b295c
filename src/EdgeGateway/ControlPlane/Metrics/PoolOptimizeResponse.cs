using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.Json;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Metrics;

// The wire types of api.md, pool/optimize.

internal sealed record PoolOptimizeResponse(
    string CurrentStrategy, string RecommendedStrategy, string Reason, double Confidence, PoolOptimizeMetrics Metrics)
{
    public static PoolOptimizeResponse Of(StrategyEvidence evidence, StrategyAdvice advice, PoolStats now) => new(
        WireName<PoolStrategy>.Of(evidence.Current),
        WireName<PoolStrategy>.Of(advice.Recommended),
        advice.Reason,
        PoolReadings.Round(advice.Confidence),
        new PoolOptimizeMetrics
        {
            Acquisitions = evidence.Past.Acquisitions,
            Timeouts = evidence.Past.Timeouts,
            Rejections = evidence.Past.Rejections,
            Outcomes = evidence.Past.Outcomes,
            FailureRate = PoolReadings.Round(evidence.FailureRate),
            WaitMs = PoolReadings.Percentiles(evidence.Past.Waits.Percentiles()),
            UseMs = PoolReadings.Percentiles(evidence.Past.Uses.Percentiles()),
            UseP99ToP50 = PoolReadings.Round(evidence.Spread),
            AvgResponseTimeMs = PoolReadings.Round(evidence.Past.Uses.MeanMs),
            InFlightMax = evidence.Past.InFlightMax,
            TotalSessions = now.Total,
            BoundSessions = evidence.Bound,
            Endpoints = evidence.Endpoints,
            StateSeen = evidence.StateSeen,
        });
}

/// <summary>The figures behind the advice: those of the last hour, then those of this moment.</summary>
internal sealed record PoolOptimizeMetrics
{
    public required long Acquisitions { get; init; }
    public required long Timeouts { get; init; }
    public required long Rejections { get; init; }

    /// <summary>Requests and probes the server answered or failed; what failure_rate is a share of.</summary>
    public required long Outcomes { get; init; }
    public required double FailureRate { get; init; }
    public required PercentilesResponse WaitMs { get; init; }
    public required PercentilesResponse UseMs { get; init; }

    /// <summary>p99 ÷ p50 of use.</summary>
    public required double UseP99ToP50 { get; init; }
    public required double AvgResponseTimeMs { get; init; }
    public required int InFlightMax { get; init; }
    public required int TotalSessions { get; init; }
    public required int BoundSessions { get; init; }
    public required int Endpoints { get; init; }
    public required bool StateSeen { get; init; }
}
