using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>One gateway with a server for each strategy; but for the strategy they are all the same, endpoints included.</summary>
internal sealed class StrategyServers
{
    public const string RoundRobin = "round_robin";
    public const string LeastConnections = "least_connections";
    public const string Sticky = "sticky";
    public const string Weighted = "weighted";
    public const string None = "none";

    private readonly Dictionary<string, string> _ids = [];
    private readonly GatewayProcess _gateway;
    private readonly int _size;

    private StrategyServers(GatewayProcess gateway, int size) => (_gateway, _size) = (gateway, size);

    public IReadOnlyCollection<string> Strategies => _ids.Keys;

    /// <summary>Returns when every pool is warm.</summary>
    /// <param name="run">The benchmark's.</param>
    /// <param name="endpoints">Of each server; <c>weighted</c> needs two.</param>
    /// <param name="pool">Of each server, without its strategy; its size is set.</param>
    /// <param name="strategies">Each once, in the order in which tables have them.</param>
    public static async Task<StrategyServers> StartAsync(
        BenchmarkRun run, IReadOnlyList<WeightedEndpoint> endpoints, PoolSettings pool, IEnumerable<string> strategies)
    {
        var servers = new StrategyServers(await run.Stage.GatewayAsync(), pool.Size!.Value);
        foreach (var strategy in strategies.Distinct())
        {
            var id = servers._ids[strategy] = await servers._gateway.Api.AddServerAsync(strategy.Replace('_', '-'), endpoints, run.CancellationToken);
            await servers._gateway.Api.SetPoolAsync(id, pool with { Strategy = strategy, StickyHeader = McpCalls.KeyHeader }, run.CancellationToken);
            await servers._gateway.Api.WhenAtRestAsync(id, servers.SessionsAtRest(strategy), run.CancellationToken);
        }

        return servers;
    }

    /// <summary>Where calls without a session go.</summary>
    public McpTarget Rpc(string strategy) => _gateway.Rpc(_ids[strategy]);

    /// <summary>As it was before any call.</summary>
    public Task ResetAsync(string strategy, CancellationToken cancellationToken) =>
        _gateway.Api.ResetPoolAsync(_ids[strategy], SessionsAtRest(strategy), cancellationToken);

    /// <summary>Returns when no handshake runs any more.</summary>
    public Task WhenAtRestAsync(string strategy, CancellationToken cancellationToken) =>
        _gateway.Api.WhenAtRestAsync(_ids[strategy], SessionsAtRest(strategy), cancellationToken);

    /// <summary>Returns when the gateway holds no lease.</summary>
    public Task WhenNothingRunsAsync(string strategy, CancellationToken cancellationToken) => _gateway.Api.WhenNothingRunsAsync(_ids[strategy], cancellationToken);

    private int SessionsAtRest(string strategy) => strategy == None ? 0 : _size;
}
