using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>What a few slow calls do to the many fast ones, by strategy.</summary>
internal sealed class Mixed : Benchmark
{
    private const int Sessions = 8;
    private const double SlowShare = 0.1;
    private const double Load = 0.7;

    private const double FastMilliseconds = 2;
    private const double SlowMilliseconds = 100;

    /// <summary>What the sessions can do, each one call at a time.</summary>
    private const double Capacity = Sessions * 1000 / (((1 - SlowShare) * FastMilliseconds) + (SlowShare * SlowMilliseconds));

    /// <summary>No permit is waited for: where a call waits is the strategy's choice, and it waits there behind the calls of its session.</summary>
    private static readonly PoolSettings Pool = PoolSettings.SharedOf(Sessions);

    public override string Name => "mixed";

    public override string Question => "One call in ten is slow. How long do the fast ones wait behind it, under each strategy?";

    public override string Constraints =>
        $"Open loop at {Load:0%} of what {Sessions} sessions can do ({Load * Capacity:0} calls/s): {1 - SlowShare:0%} take {FastMilliseconds:0} ms and are measured, "
        + $"{SlowShare:0%} take {SlowMilliseconds:0} ms and come at random, at the same moments for every strategy. A session of the upstream works on one call at a time, "
        + "in the order they come. "
        + "Isolation shared, max_concurrency 32, so that a strategy may put calls behind one another; two endpoints. Clients have a sticky_header each. "
        + $"Strategy none opens a session for every call, at most {Sessions} at a time: nobody waits behind a slow call while another session is free, and the price "
        + "are the handshakes.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var options = new MockOptions { Delay = TimeSpan.FromMilliseconds(FastMilliseconds), InTurn = true };
        MockUpstream[] upstreams = [await run.Stage.MockAsync(options), await run.Stage.MockAsync(options)];
        var servers = await StrategyServers.StartAsync(
            run,
            [.. upstreams.Select(upstream => new WeightedEndpoint(upstream.Target.Url))],
            Pool,
            [StrategyServers.RoundRobin, StrategyServers.LeastConnections, .. run.Settings.Strategies]);

        var counts = new Dictionary<string, UpstreamCounts>();
        var slow = new Dictionary<string, BackgroundCalls>();
        await run.CompareAsync(
            $"fast calls at {Load:0%} load",
            [.. servers.Strategies.Select(ArmOf)],
            [
                // On cores that are taken by others p99 is mostly theirs; the median is not.
                new Target(Metric.P99, StrategyServers.LeastConnections, StrategyServers.RoundRobin, Goal: 0.5, Gate: 1),
                new Target(Metric.P50, StrategyServers.LeastConnections, StrategyServers.RoundRobin, Goal: 0.5, Gate: 0.8),
            ],
            standings => standings.Series.Select(series =>
                $"{series.Name}: {Spread.Of(counts[series.Name].Handshakes).Median:N0} handshakes a round; {slow[series.Name].Failed} slow calls failed."));

        Arm ArmOf(string strategy)
        {
            var count = counts[strategy] = new UpstreamCounts(upstreams, run.CancellationToken);
            var target = servers.Rpc(strategy);
            var beside = slow[strategy] = new BackgroundCalls(
                target,
                client => McpCalls.KeyedRpcTool(target, $"slow-{client}", "sleep", $$"""{"ms":{{SlowMilliseconds - FastMilliseconds:0}}}"""),
                Load * Capacity * SlowShare);
            var fast = LoadSimulation.Inject(Load * Capacity * (1 - SlowShare), TimeSpan.FromSeconds(1), run.Settings.During);
            return new Arm(strategy, Loads.KeyedCalls(strategy, target, [fast]) with
            {
                WarmUp = run.Settings.WarmUp,
                Init = async ends =>
                {
                    await count.BeginAsync(ends);
                    await beside.BeginAsync(ends);
                },
                Clean = async () =>
                {
                    await beside.EndAsync();
                    await count.EndAsync();
                },
                Thresholds = [Threshold.NothingFails, new Threshold("no slow call fails", _ => beside.Failed == 0)],
            });
        }
    }
}
