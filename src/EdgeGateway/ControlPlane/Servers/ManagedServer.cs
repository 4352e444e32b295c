using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Relay.Modern.Tools;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;
using EdgeGateway.Telemetry;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>All the control plane knows of one server: an immutable version of it, and what lives on across versions.</summary>
internal sealed record ManagedServer
{
    public required ServerDefinition Definition { get; init; }

    public required EffectivePool Effective { get; init; }

    /// <summary>Carries traffic also when the server's pool is off.</summary>
    public required SessionPool<PooledUpstream> Pool { get; init; }

    public required ISessionOpener<PooledUpstream> Opener { get; init; }

    public required UpstreamSighting Sighting { get; init; }

    public required UpstreamEra Era { get; init; }

    public required AnswerVersion Answers { get; init; }

    public KnownTools Tools { get; init; } = new();

    public TaskOwners Tasks { get; init; } = new();

    public KnownNames ToolNames { get; init; } = new(ServerRoute.MostTools);

    /// <summary>Null while the server's pool is off.</summary>
    public PoolIdentity? Identity { get; init; }

    /// <summary>Why the pool that should be there is not, for people; null when all is well.</summary>
    public string? CreationFailure { get; init; }
}

/// <summary>What makes a pool one and the same over changes of its configuration.</summary>
internal sealed record PoolIdentity(Guid PoolId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
