using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>What a recommendation is made from.</summary>
internal sealed record StrategyEvidence
{
    public required PoolStrategy Current { get; init; }

    /// <summary>The upstream keeps state per session, and the operator has not declared otherwise (isolation shared).</summary>
    public required bool StateSeen { get; init; }

    /// <summary>Sessions bound to a client session now.</summary>
    public required int Bound { get; init; }

    public required int Endpoints { get; init; }

    /// <summary>Whether durations are measured: SESSION_POOL_METRICS_ENABLED.</summary>
    public required bool IsTimed { get; init; }

    /// <summary>What the pool did in the last hour; while nothing is recorded, since it was made.</summary>
    public required PoolBucket Past { get; init; }

    public double FailureRate => 1 - Past.SuccessRate;

    /// <summary>How far the slowest calls are from the usual one: p99 ÷ p50 of use; 0 where that says nothing.</summary>
    public double Spread => Past.Uses.Percentiles() is { P50: > 0 } use ? use.P99 / use.P50 : 0;
}
