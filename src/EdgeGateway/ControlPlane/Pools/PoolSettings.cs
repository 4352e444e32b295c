using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>What was set for one server's pool; a null field takes the global setting or the default (api.md, config).</summary>
internal sealed record PoolSettings
{
    public bool? Enabled { get; init; }

    public PoolStrategy? Strategy { get; init; }

    public int? Size { get; init; }

    public int? MinSize { get; init; }

    public int? MaxSize { get; init; }

    public int? Timeout { get; init; }

    public int? MaxIdleTime { get; init; }

    public int? MaxLifetime { get; init; }

    public bool? AutoScale { get; init; }

    public int? HealthCheckInterval { get; init; }

    public int? HealthCheckThreshold { get; init; }

    public int? RebalanceInterval { get; init; }

    public Isolation? Isolation { get; init; }

    public int? MaxConcurrency { get; init; }

    public int? MaxClientSessions { get; init; }

    public int? ClientSessionIdle { get; init; }

    public int? MaxPending { get; init; }

    public string? StickyHeader { get; init; }
}
