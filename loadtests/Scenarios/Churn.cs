using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Clients that come and go, in front of a server that keeps state for each: a session cannot be shared, only be ready.</summary>
internal sealed class Churn : Benchmark
{
    private const string Stocked = "gateway, a stock of sessions";
    private const string NoPool = "gateway, no pool";
    private const string Direct = "no gateway";

    private const int Clients = 4;

    /// <summary>More than the clients take before what they took is opened anew.</summary>
    private const int Stock = 32;

    private static readonly PoolSettings StockedPool = new() { Isolation = "session", Size = Stock, MinSize = Stock, MaxSize = 2 * Stock };
    private static readonly PoolSettings NoStock = new() { Strategy = "none" };

    /// <summary>A session is closed after its client was answered; by then it must be.</summary>
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(10);

    public override string Name => "churn";

    public override string Question => "What is a stock of open sessions worth to clients that come and go and share nothing, and is anything left open behind them?";

    public override string Constraints =>
        $"Closed loop, {Clients} clients. A task is a new connection, initialize, one tools/call, DELETE. Every client session has an upstream session of its "
        + $"own (isolation session). Pooled: a stock of {Stock} is kept open for whoever comes next. The server lies 0 and 20 ms of round trip away.";

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
        var stocked = await gateway.Api.AddServerAsync("stocked", upstream.Target.Url, run.CancellationToken, more: "\"era\":\"legacy\"");
        var none = await gateway.Api.AddServerAsync("none", upstream.Target.Url, run.CancellationToken, more: "\"era\":\"legacy\"");
        await gateway.Api.SetPoolAsync(stocked, StockedPool, run.CancellationToken);
        await gateway.Api.SetPoolAsync(none, NoStock, run.CancellationToken);
        await gateway.Api.WhenOpenAsync(stocked, Stock, run.CancellationToken);

        var counts = new Dictionary<string, HandshakeCount>();
        Arm ArmOf(string name, McpTarget target)
        {
            var count = counts[name] = new HandshakeCount(upstream, run.CancellationToken);
            return new Arm(name, new LoadScenario
            {
                Name = name,
                Init = count.BeginAsync,
                Step = Tasks.Legacy(target),
                Clean = count.EndAsync,
                Simulations = [LoadSimulation.KeepConstant(Clients, run.Settings.During)],
                WarmUp = run.Settings.WarmUp,
            });
        }

        var title = $"{distance.TotalMilliseconds:0} ms";
        await run.CompareAsync(
            title,
            [ArmOf(Stocked, gateway.Mcp(stocked)), ArmOf(NoPool, gateway.Mcp(none)), ArmOf(Direct, upstream.Target)],
            distance > TimeSpan.Zero ? [new Target(Metric.P50, Stocked, NoPool, Goal: 0.8, Gate: 1.1)] : [],
            standings => standings.Series.Select(series => $"{series.Name}: {counts[series.Name]}."));
        run.Add(await LeftOpenAsync(title, upstream, run.CancellationToken));
    }

    private static async Task<Section> LeftOpenAsync(string title, MockUpstream upstream, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + Closing;
        long open;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            open = (await upstream.CountsAsync(cancellationToken)).SessionsOpen;
        }
        while (open != Stock && DateTime.UtcNow < deadline);

        return new Section
        {
            Title = $"{title}, when all have gone",
            Table = new Table(["", "sessions"], [["open at the server", $"{open}"], ["the stock", $"{Stock}"]]),
            Findings = [Finding.AtMost("sessions left open beyond the stock", Spread.Of([Math.Abs(open - Stock)]), "", goal: 0, gate: 0)],
        };
    }
}
