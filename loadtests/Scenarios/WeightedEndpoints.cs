using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Whether endpoints get what their weights promise, call by call and under load.</summary>
internal sealed class WeightedEndpoints : Benchmark
{
    /// <summary>pool.md section 3: after any k picks no endpoint is further from its share.</summary>
    private const double DeviationMost = 1.1;

    private const string Judged = StrategyServers.Weighted;

    private const int Clients = 16;
    private const int RoundsOfWeights = 100;

    private static readonly int[] Weights = [5, 1, 1];

    /// <summary>pool.md section 3: {5,1,1} gives a a b a c a a.</summary>
    private static readonly int[] Round = [0, 0, 1, 0, 2, 0, 0];

    /// <summary>Ten sessions cannot be spread 5:1:1 over three endpoints: equal turns of the sessions would give 8:1:1.</summary>
    private static readonly PoolSettings Pool = PoolSettings.SharedOf(10);

    public override string Name => "weighted";

    public override string Question => "Endpoints have the weights 5, 1 and 1: does each get its share of the calls?";

    public override string Constraints =>
        $"First one client calls {RoundsOfWeights * Weights.Sum()} times, one call after another, and asks each time where the call ran: counted from the beginning "
        + $"of a round, no endpoint may ever be further than {DeviationMost} calls from its share (k·w/W after k calls). Then {Clients} clients at once, closed loop, calls "
        + "of 1 ms, counted at the upstreams; turns may be lost there when two callers take the same one, so the tolerance is 5 % of a share. Isolation shared, max_concurrency 32, ten sessions. Other strategies are shown beside it and promise nothing about weights.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var upstreams = new List<MockUpstream>();
        foreach (var _ in Weights)
        {
            upstreams.Add(await run.Stage.MockAsync(new MockOptions { Delay = TimeSpan.FromMilliseconds(1) }));
        }

        var servers = await StrategyServers.StartAsync(
            run,
            [.. upstreams.Zip(Weights, (upstream, weight) => new WeightedEndpoint(upstream.Target.Url, weight))],
            Pool,
            [StrategyServers.Weighted, .. run.Settings.Strategies.DefaultIfEmpty(StrategyServers.RoundRobin).Except([StrategyServers.None])]);
        run.Add(await OneByOneAsync(run, servers, [.. upstreams.Select(upstream => upstream.Target.Url.Authority)]));
        await AtOnceAsync(run, servers, upstreams);
    }

    private static async Task<Section> OneByOneAsync(BenchmarkRun run, StrategyServers servers, List<string> endpoints)
    {
        var deviations = servers.Strategies.ToDictionary(strategy => strategy, _ => new List<double>());
        var outOfOrder = servers.Strategies.ToDictionary(strategy => strategy, _ => new List<double>());
        for (var round = 0; round < run.Settings.Rounds; round++)
        {
            foreach (var strategy in servers.Strategies)
            {
                await using var client = new WhoAmIClient(servers.Rpc(strategy), number: round, run.CancellationToken);
                var order = new List<int>();
                while (order.Count < RoundsOfWeights * Weights.Sum())
                {
                    order.Add(endpoints.IndexOf((await client.AskAsync()).Endpoint));
                }

                deviations[strategy].Add(Shares.LargestDeviation(order, Weights));
                outOfOrder[strategy].Add(Shares.CallsOutOfOrder(order, Round));
            }
        }

        return new Section
        {
            Title = "one call after another",
            Table = new(
                ["", "calls off a share, at most", "calls out of order"],
                [.. servers.Strategies.Select(strategy => (string[])[strategy, SectionOf.Cell(Spread.Of(deviations[strategy])), SectionOf.Cell(Spread.Of(outOfOrder[strategy]))])]),
            Findings =
            [
                Limit.AtMost("calls an endpoint is off its share, weighted", deviations[Judged], DeviationMost, DeviationMost),
                Limit.AtMost("calls out of the order a a b a c a a, weighted", outOfOrder[Judged], 0, 0),
            ],
        };
    }

    private static async Task AtOnceAsync(BenchmarkRun run, StrategyServers servers, List<MockUpstream> upstreams)
    {
        var counts = servers.Strategies.ToDictionary(strategy => strategy, _ => new UpstreamCounts(upstreams, run.CancellationToken));
        var load = LoadSimulation.KeepConstant(Clients, run.Settings.During);
        await run.CompareAsync(
            $"{Clients} clients",
            [
                .. servers.Strategies.Select(strategy => new Arm(strategy, Loads.KeyedCalls(strategy, servers.Rpc(strategy), [load]) with
                {
                    WarmUp = run.Settings.WarmUp,
                    Init = counts[strategy].BeginAsync,
                    Clean = counts[strategy].EndAsync,
                })),
            ],
            []);
        var deviations = counts[Judged].Calls.Select(calls => 100 * Shares.LargestRelativeDeviation(calls, Weights));
        run.Add(EndpointShares.ToSection(
            $"{Clients} clients: share of the calls at each endpoint",
            [.. counts.Select(strategy => (strategy.Key, strategy.Value))],
            Weights.Length,
            [Limit.AtMost("part by which a share is missed, weighted", deviations, 2, 5, " %")]));
    }
}
