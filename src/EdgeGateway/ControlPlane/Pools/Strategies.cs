using EdgeGateway.Json;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>The five strategies in the setup guide's words.</summary>
internal static class Strategies
{
    public static StrategyListResponse Response { get; } = new(
    [
        Describe(PoolStrategy.RoundRobin, "Round Robin",
            "Sessions take turns.",
            "General purpose, balanced load distribution",
            "Simple, fair distribution, predictable",
            "Doesn't consider session load"),
        Describe(PoolStrategy.LeastConnections, "Least Connections",
            "The session with the fewest requests in flight is next; ties take turns.",
            "Workloads with varying request durations",
            "Load-aware, optimal for mixed workloads",
            "Slightly more complex, requires connection tracking"),
        Describe(PoolStrategy.Sticky, "Sticky Sessions",
            "The same client, user or sticky_header value keeps its session; a busy one is waited for.",
            "Stateful applications requiring session affinity",
            "Maintains state, reduces context switching",
            "Uneven distribution, session failure affects specific users"),
        Describe(PoolStrategy.Weighted, "Weighted",
            "Endpoints get requests in proportion to their weights.",
            "Heterogeneous resources or priority-based routing",
            "Flexible, supports priorities, resource-aware",
            "Requires weight configuration, more complex setup"),
        Describe(PoolStrategy.None, "None (Direct)",
            "No stock: one upstream session per client session or session-less request.",
            "Disable pooling for specific servers",
            "Simple, no overhead",
            "No performance benefits, no state continuity"),
    ]);

    private static StrategyResponse Describe(PoolStrategy strategy, string displayName, string description, string useCase, string pros, string cons) =>
        new(WireName<PoolStrategy>.Of(strategy), displayName, description, useCase, pros, cons);
}
