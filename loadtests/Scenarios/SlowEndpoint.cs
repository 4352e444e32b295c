using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Whether a strategy notices that one endpoint answers late.</summary>
internal sealed class SlowEndpoint : Benchmark
{
    private const int Endpoints = 3;
    private const double CallsPerSecond = 400;

    /// <summary>The last one.</summary>
    private const int Slow = Endpoints - 1;

    private static readonly TimeSpan CallTime = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(50);

    private static readonly PoolSettings Pool = PoolSettings.SharedOf(2 * Endpoints);

    public override string Name => "slow-endpoint";

    public override string Question => "One of three endpoints is 50 ms slower: how many calls still go there, and what do the clients see?";

    public override string Constraints =>
        $"Open loop, {CallsPerSecond:0} calls/s; a call takes {CallTime.TotalMilliseconds:0} ms, {(CallTime + Late).TotalMilliseconds:0} ms at one of {Endpoints} endpoints. "
        + $"{2 * Endpoints} sessions, two at each endpoint, isolation shared, max_concurrency 32, equal weights. Clients have a sticky_header each. "
        + "Shares are counted at the upstreams.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var upstreams = new List<MockUpstream>();
        for (var endpoint = 0; endpoint < Endpoints; endpoint++)
        {
            upstreams.Add(await run.Stage.MockAsync(new MockOptions { Delay = endpoint == Slow ? CallTime + Late : CallTime }));
        }

        var servers = await StrategyServers.StartAsync(
            run,
            [.. upstreams.Select(upstream => new WeightedEndpoint(upstream.Target.Url))],
            Pool,
            [StrategyServers.RoundRobin, StrategyServers.LeastConnections, .. run.Settings.Strategies.Except([StrategyServers.None])]);

        var counts = new Dictionary<string, UpstreamCounts>();
        var load = LoadSimulation.Inject(CallsPerSecond, TimeSpan.FromSeconds(1), run.Settings.During);
        var standings = await run.CompareAsync(
            "what the clients see",
            [.. servers.Strategies.Select(ArmOf)],
            [
                // A third of the calls is late under round robin, so at p75 the strategies are told apart whatever the noise.
                new Target(Metric.P75, StrategyServers.LeastConnections, StrategyServers.RoundRobin, Goal: 0.3, Gate: 0.6),
            ]);
        run.Add(EndpointShares.ToSection(
            "share of the calls at each endpoint", [.. standings.Series.Select(series => (series.Name, counts[series.Name]))], Endpoints, Judge(counts)));

        Arm ArmOf(string strategy)
        {
            var count = counts[strategy] = new UpstreamCounts(upstreams, run.CancellationToken);
            return new Arm(strategy, Loads.KeyedCalls(strategy, servers.Rpc(strategy), [load]) with
            {
                WarmUp = run.Settings.WarmUp,
                Init = count.BeginAsync,
                Clean = count.EndAsync,
            });
        }
    }

    private static List<Finding> Judge(Dictionary<string, UpstreamCounts> counts)
    {
        var findings = new List<Finding>();
        if (counts.TryGetValue(StrategyServers.LeastConnections, out var least))
        {
            findings.Add(Limit.AtMost("share of the slow one / equal share, least_connections", least.ShareOf(Slow).Select(share => share * Endpoints), 0.5, 0.75, "×"));
        }

        foreach (var strategy in counts.Keys.Intersect([StrategyServers.RoundRobin, StrategyServers.Weighted]))
        {
            findings.Add(Limit.AtMost(
                $"part by which an equal share is missed, {strategy}", counts[strategy].Calls.Select(calls => 100 * Shares.LargestRelativeDeviation(calls, [1, 1, 1])), 2, 5, " %"));
        }

        return findings;
    }
}
