using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>What affinity keeps together, what it must not overload, and what it costs.</summary>
internal sealed class StickyKeys : Benchmark
{
    private const int Sessions = 8;

    /// <summary>No multiple of the sessions: else taking turns would look like affinity.</summary>
    private const int Keys = 61;

    private const int CallsOfKey = 10;
    private const int Clients = 32;

    /// <summary>⌈c·(m+1)/n⌉ of pool.md section 3: c = 1.25, and when a client calls the others have at most m = 31 calls in flight.</summary>
    private static readonly int CallsInSessionMost = (int)Math.Ceiling(1.25 * Clients / Sessions);

    private static readonly PoolSettings Pool = PoolSettings.SharedOf(Sessions);

    public override string Name => "sticky";

    public override string Question => "Does every key keep its session, is no session overloaded by it, and what does that cost?";

    public override string Constraints =>
        $"Keys are the values of sticky_header; {Sessions} sessions at two endpoints, isolation shared, max_concurrency 32. First {Keys} keys take turns, "
        + $"{CallsOfKey} calls each, one call at a time (the next begins when the gateway holds no lease): with nothing in flight the bound keeps nobody away "
        + $"from home. Then {Clients} clients at once, each with its key, closed loop, calls of 20 ms; each asks where its call ran. "
        + $"The bound then is {CallsInSessionMost} calls at once in a session, counted at the upstream, and a key whose session is at its bound goes to its second choice.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var options = new MockOptions { Delay = TimeSpan.FromMilliseconds(20) };
        MockUpstream[] upstreams = [await run.Stage.MockAsync(options), await run.Stage.MockAsync(options)];
        var servers = await StrategyServers.StartAsync(
            run,
            [.. upstreams.Select(upstream => new WeightedEndpoint(upstream.Target.Url))],
            Pool,
            [StrategyServers.Sticky, StrategyServers.RoundRobin, .. run.Settings.Strategies.Except([StrategyServers.None])]);
        run.Add(await InTurnAsync(run, servers));
        await AtOnceAsync(run, servers, upstreams);
    }

    private static async Task<Section> InTurnAsync(BenchmarkRun run, StrategyServers servers)
    {
        var met = new Dictionary<string, List<WhoAmIClient>>();
        foreach (var strategy in servers.Strategies)
        {
            var clients = met[strategy] = [.. Enumerable.Range(0, Keys).Select(key => new WhoAmIClient(servers.Rpc(strategy), key, run.CancellationToken))];
            for (var call = 0; call < CallsOfKey; call++)
            {
                foreach (var client in clients)
                {
                    await client.AskAsync();

                    // The answer is with the client a moment before the gateway releases the lease, and with one call in flight the bound is 1.
                    await servers.WhenNothingRunsAsync(strategy, run.CancellationToken);
                }
            }

            await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
        }

        return new Section
        {
            Title = $"{Keys} keys, one call at a time",
            Table = new(
                ["", "sessions a key met, at most", "sessions used", "keys at the fullest session"],
                [.. met.Select(strategy => Row(strategy.Key, strategy.Value))]),
            Findings =
            [
                Limit.AtMost("sessions a key met, sticky", [MostMet(met[StrategyServers.Sticky])], 1, 1),
                Limit.AtMost("sessions nobody used, sticky", [Sessions - Homes(met[StrategyServers.Sticky]).Count()], 0, 1),
            ],
        };
    }

    private static async Task AtOnceAsync(BenchmarkRun run, StrategyServers servers, MockUpstream[] upstreams)
    {
        var counts = servers.Strategies.ToDictionary(strategy => strategy, _ => new UpstreamCounts(upstreams, run.CancellationToken));
        var atHome = servers.Strategies.ToDictionary(strategy => strategy, _ => new HomeShare());
        var load = LoadSimulation.KeepConstant(Clients, run.Settings.During);
        await run.CompareAsync(
            $"{Clients} keys at once",
            [.. servers.Strategies.Select(strategy => new Arm(strategy, Calls(strategy)))],
            [
                new Target(Metric.P50, StrategyServers.Sticky, StrategyServers.RoundRobin, Goal: 1.2, Gate: 1.5),
                new Target(Metric.P99, StrategyServers.Sticky, StrategyServers.RoundRobin, Goal: 1.2),
            ],
            _ => atHome.Select(strategy => $"{strategy.Key}: {strategy.Value.Value:0%} of a key's calls ran in the session that it met most."));
        run.Add(new Section
        {
            Title = $"{Clients} keys at once: calls in one session",
            Table = new(["", "most at once"], [.. counts.Select(strategy => (string[])[strategy.Key, SectionOf.Cell(Spread.Of(strategy.Value.CallsInSessionMost))])]),
            Findings = [Limit.AtMost("most calls at once in a session, sticky", counts[StrategyServers.Sticky].CallsInSessionMost, CallsInSessionMost, CallsInSessionMost)],
        });

        LoadScenario Calls(string strategy) => new()
        {
            Name = strategy,
            WarmUp = run.Settings.WarmUp,
            Simulations = [load],
            Init = counts[strategy].BeginAsync,
            Enter = context =>
            {
                context.State = new WhoAmIClient(servers.Rpc(strategy), context.Number, context.CancellationToken);
                return Task.CompletedTask;
            },
            Step = static context => ((WhoAmIClient)context.State!).CallAsync(),
            Leave = context =>
            {
                var client = (WhoAmIClient)context.State!;
                atHome[strategy].Add(client);
                return client.DisposeAsync();
            },
            Clean = counts[strategy].EndAsync,
        };
    }

    private static string[] Row(string strategy, List<WhoAmIClient> clients) =>
        [strategy, $"{MostMet(clients)}", $"{Homes(clients).Count()}", $"{Homes(clients).Max(home => home.Count())}"];

    private static int MostMet(IEnumerable<WhoAmIClient> clients) => clients.Max(client => client.Calls.Count);

    /// <summary>Keys by the session that served the last call of each.</summary>
    private static IEnumerable<IGrouping<string, WhoAmIClient>> Homes(IEnumerable<WhoAmIClient> clients) => clients.GroupBy(client => client.Last.Session);
}
