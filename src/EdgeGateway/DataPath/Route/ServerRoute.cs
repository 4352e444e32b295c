using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Relay.Modern.Tools;
using EdgeGateway.Pooling;
using EdgeGateway.Telemetry;

namespace EdgeGateway.DataPath.Route;

/// <summary>All the data path knows of one server: an immutable version of it and its live pool.</summary>
/// <param name="Server">The definition this version was published with.</param>
/// <param name="Pool">Its sessions; outlives versions.</param>
/// <param name="Era">What its upstream speaks; belongs to its connection.</param>
internal sealed record ServerRoute(ServerDefinition Server, SessionPool<PooledUpstream> Pool, UpstreamEra Era)
{
    /// <summary>A server has tens of tools; one with more than these has its last ones counted together.</summary>
    public const int MostTools = 128;

    /// <summary>Goes on with upstream sessions of an earlier run; null where the transport cannot.</summary>
    public IUpstreamResumer? Resumer { get; init; }

    /// <summary>Which of its answers may still be served again; belongs to its connection.</summary>
    public AnswerVersion Answers { get; init; } = new();

    /// <summary>What it has said about its tools; belongs to its connection.</summary>
    public KnownTools Tools { get; init; } = new();

    /// <summary>Names of its tools that meters and traces tell apart; belongs to its connection.</summary>
    public KnownNames ToolNames { get; init; } = new(MostTools);

    /// <summary>Where tasks are that callers without sessions began; belongs to its connection.</summary>
    public TaskOwners Tasks { get; init; } = new();
}
