using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Whether the breaker keeps calls away from an endpoint that fails them, and leaves the others alone.</summary>
internal sealed class FailingEndpoint : Benchmark
{
    private const string Healthy = "all healthy";
    private const string EveryOther = "one fails every other call";
    private const string Every = "one fails every call";

    /// <summary>The last one.</summary>
    private const int Failing = Endpoints - 1;

    private const int Endpoints = 3;
    private const double CallsPerSecond = 400;

    private static readonly PoolSettings Pool = PoolSettings.SharedOf(2 * Endpoints);

    public override string Name => "failing";

    public override string Question => "One of three endpoints answers calls with 503: how many clients still meet it, and what do the others see?";

    public override string Constraints =>
        $"Open loop, {CallsPerSecond:0} calls/s of 2 ms, {Endpoints} endpoints, two sessions at each, isolation shared. One endpoint fails every call, or every other one; it goes on to accept "
        + "handshakes, so the gateway has reason to try it again and again. Without a breaker a third of the calls would fail, or a sixth. Warm-up included in the shares.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        foreach (var strategy in run.Settings.Strategies.DefaultIfEmpty(StrategyServers.RoundRobin).Except([StrategyServers.None]))
        {
            await CompareAsync(run, strategy);
        }
    }

    private static async Task CompareAsync(BenchmarkRun run, string strategy)
    {
        var counts = new Dictionary<string, UpstreamCounts>();
        var standings = await run.CompareAsync(
            strategy,
            [
                await ArmAsync(Healthy, failEvery: 0),
                await ArmAsync(EveryOther, failEvery: 2),
                await ArmAsync(Every, failEvery: 1),
            ],
            [
                new Target(Metric.P99, EveryOther, Healthy, Goal: 1.5),
                new Target(Metric.P99, Every, Healthy, Goal: 1.5),
            ]);
        run.Add(EndpointShares.ToSection(
            $"{strategy}: share of the calls at each endpoint, the last of which fails",
            [.. counts.Select(arm => (arm.Key, arm.Value))],
            Endpoints,
            [
                Limit.AtMost($"calls that fail, {Every}", FailedPercent(standings, Every), 2, 5, " %"),

                // Never five in a row: the breaker has to go by the rate.
                Limit.AtMost($"calls that fail, {EveryOther}", FailedPercent(standings, EveryOther), 2, 5, " %"),
            ]));

        async Task<Arm> ArmAsync(string name, int failEvery)
        {
            var upstreams = new List<MockUpstream>();
            for (var endpoint = 0; endpoint < Endpoints; endpoint++)
            {
                upstreams.Add(await run.Stage.MockAsync(new MockOptions { Delay = TimeSpan.FromMilliseconds(2), FailEvery = endpoint == Failing ? failEvery : 0 }));
            }

            var servers = await StrategyServers.StartAsync(run, [.. upstreams.Select(upstream => new WeightedEndpoint(upstream.Target.Url))], Pool, [strategy]);
            var count = counts[name] = new UpstreamCounts(upstreams, run.CancellationToken);
            var load = LoadSimulation.Inject(CallsPerSecond, TimeSpan.FromSeconds(1), run.Settings.During);
            return new Arm(name, Loads.KeyedCalls(name, servers.Rpc(strategy), [load]) with
            {
                WarmUp = run.Settings.WarmUp,
                Init = count.BeginAsync,
                Clean = count.EndAsync,
                Thresholds = failEvery == 0 ? [Threshold.NothingFails] : [], // failing is the point; how much of it is a finding
            });
        }
    }

    private static IEnumerable<double> FailedPercent(Standings standings, string arm) =>
        standings.Find(arm)!.Results.Select(result => 100d * result.Failed / (result.Ok + result.Failed));
}
