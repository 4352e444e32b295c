using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>What a build server can judge: bytes, and ratios that no noise turns around. Not among all.</summary>
internal sealed class ShortVersion : Benchmark
{
    private const string Gateway = "edge-gateway";
    private const string HAProxy = "haproxy";
    private const string Pooled = "gateway, pooled";
    private const string Direct = "no gateway, no pool";

    private const int Clients = 8;

    private static readonly BenchmarkSettings Settings =
        new(BenchmarkSettings.RoundsShort, TimeSpan.FromSeconds(BenchmarkSettings.SecondsShort), [], IsShort: true);

    /// <summary>Farther away a second is too short for the gateway's connections to be open.</summary>
    private static readonly TimeSpan Distance = TimeSpan.FromMilliseconds(20);

    private static readonly PoolSettings Pool = PoolSettings.SharedOf(Clients);

    public override string Name => "ci";

    public override string Question => "Has a change made the gateway so much slower or greedier that a noisy machine shows it?";

    public override string Constraints =>
        $"{Clients} clients, {Settings.Rounds} rounds of {Settings.During.TotalSeconds:0} s. Gates leave wide margins, none is an absolute time; no call may fail, and none be "
        + "answered with another one's id.";

    public override BenchmarkSettings Adapt(BenchmarkSettings asked) => Settings;

    public override async Task RunAsync(BenchmarkRun run)
    {
        await new Allocation().RunAsync(run);
        await CallsAsync(run);
        await TasksAsync(run);
    }

    private static async Task CallsAsync(BenchmarkRun run)
    {
        var upstream = await run.Stage.MockAsync();
        var server = await PooledAsync(run, upstream);
        var haproxy = await BenchmarkRun.TargetAsync(() => run.Stage.HAProxyAsync(upstream.Target));
        LoadScenario Calls(string arm, McpTarget target) =>
            Loads.SessionCalls(arm, target, [LoadSimulation.KeepConstant(Clients, run.Settings.During)]) with { WarmUp = run.Settings.WarmUp };

        await run.CompareAsync(
            "Calls",
            [new Arm(Gateway, Calls(Gateway, server)), haproxy.ToArm(HAProxy, target => Calls(HAProxy, target))],
            [new Target(Metric.PerSecond, Gateway, HAProxy, Goal: 1, Gate: 0.25)]);
    }

    private static async Task TasksAsync(BenchmarkRun run)
    {
        var upstream = await run.Stage.MockAsync(new MockOptions { RoundTrip = Distance });
        var server = await PooledAsync(run, upstream);
        LoadScenario Comings(string arm, McpTarget target) => new()
        {
            Name = arm,
            Step = Tasks.Legacy(target),
            Simulations = [LoadSimulation.KeepConstant(Clients, run.Settings.During)],
            WarmUp = run.Settings.WarmUp,
        };

        await run.CompareAsync(
            $"Clients that come, call once and go, {Distance.TotalMilliseconds:0} ms away",
            [new Arm(Pooled, Comings(Pooled, server)), new Arm(Direct, Comings(Direct, upstream.Target))],
            [new Target(Metric.P50, Pooled, Direct, Goal: 0.33, Gate: 0.5)]);
    }

    private static async Task<McpTarget> PooledAsync(BenchmarkRun run, MockUpstream upstream)
    {
        var gateway = await run.Stage.GatewayAsync();
        var server = await gateway.Api.AddServerAsync("mock", upstream.Target.Url, run.CancellationToken, more: "\"era\":\"legacy\"");
        await gateway.Api.SetPoolAsync(server, Pool, run.CancellationToken);
        await gateway.Api.WhenOpenAsync(server, Clients, run.CancellationToken);
        return gateway.Mcp(server);
    }
}
