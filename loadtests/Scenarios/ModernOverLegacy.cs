using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Clients that know no sessions in front of a server that insists on them: somebody has to shake hands.</summary>
internal sealed class ModernOverLegacy : Benchmark
{
    private const string Modern = "modern client, gateway, pooled";
    private const string Legacy = "legacy client, the same pool";
    private const string OwnHandshake = "no gateway, a handshake for each call";

    private const int Clients = 8;

    private static readonly PoolSettings Pool = new() { Isolation = "shared", Size = Clients, MinSize = Clients, MaxSize = Clients };

    public override string Name => "modern-over-legacy";

    public override string Question => "What does a client of 2026-07-28, which has no sessions, pay for a server that needs them?";

    public override string Constraints =>
        $"Closed loop, {Clients} clients, each on one connection kept alive. Without a gateway such a client opens a session for each call (initialize, "
        + "tools/call, DELETE), since nothing outlives a request for it. The server lies 0 and 20 ms of round trip away. Pooled: isolation shared. The "
        + "legacy clients keep a session at the gateway: what modern ones take longer is the price of the translation.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        foreach (var milliseconds in (int[])[0, 20])
        {
            await CompareAsync(run, TimeSpan.FromMilliseconds(milliseconds));
        }
    }

    private static async Task CompareAsync(BenchmarkRun run, TimeSpan distance)
    {
        var upstream = await run.Stage.MockAsync(new MockOptions { RoundTrip = distance });
        var gateway = await run.Stage.GatewayAsync();
        var server = await gateway.Api.AddServerAsync("legacy", upstream.Target.Url, run.CancellationToken, more: "\"era\":\"legacy\"");
        await gateway.Api.SetPoolAsync(server, Pool, run.CancellationToken);
        await gateway.Api.WhenOpenAsync(server, Clients, run.CancellationToken);

        IReadOnlyList<LoadSimulation> load = [LoadSimulation.KeepConstant(Clients, run.Settings.During)];
        var counts = new Dictionary<string, HandshakeCount>();
        Arm Counted(LoadScenario scenario)
        {
            var count = counts[scenario.Name] = new HandshakeCount(upstream, run.CancellationToken);
            return new Arm(scenario.Name, scenario with { Init = count.BeginAsync, Clean = count.EndAsync, WarmUp = run.Settings.WarmUp });
        }

        await run.CompareAsync(
            $"{distance.TotalMilliseconds:0} ms",
            [
                Counted(Loads.SessionlessCalls(Modern, gateway.Mcp(server), load, McpCalls.ModernTool)),
                Counted(Loads.SessionCalls(Legacy, gateway.Mcp(server), load)),
                Counted(OwnHandshakes(upstream.Target, load)),
            ],
            [
                .. distance > TimeSpan.Zero ? (Target[])[new(Metric.P50, Modern, OwnHandshake, Goal: 0.5, Gate: 0.7)] : [],
                new(Metric.P50, Modern, Legacy, Goal: 1.5),
                new(Metric.PerSecond, Modern, Legacy, Goal: 0.67),
            ],
            standings => [.. standings.Series.Select(series => $"{series.Name}: {counts[series.Name]}."), Added(standings)]);
    }

    private static LoadScenario OwnHandshakes(McpTarget upstream, IReadOnlyList<LoadSimulation> load) => new()
    {
        Name = OwnHandshake,
        Simulations = load,
        Enter = context =>
        {
            context.State = new McpConnection(upstream, context.CancellationToken);
            return Task.CompletedTask;
        },
        Step = static context => Tasks.InSessionOfItsOwnAsync((McpConnection)context.State!),
        Leave = static context => context.State is McpConnection connection ? connection.DisposeAsync() : default,
    };

    private static string Added(Standings standings)
    {
        var added = standings.Find(Modern)!.Results.Zip(standings.Find(Legacy)!.Results, (modern, legacy) => modern.Latency.P50 - legacy.Latency.P50);
        var spread = Spread.Of(added);
        return $"The translation adds {spread.Median:0.000} ms ({spread.Min:0.000}–{spread.Max:0.000}) to the median call.";
    }
}
