using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>The A/B of pooling: short-lived clients against a server that is near or far.</summary>
internal sealed class PooledVsUnpooled : Benchmark
{
    private const string Direct = "legacy client, no gateway";
    private const string LegacyUnpooled = "legacy client, gateway, not pooled";
    private const string LegacyPooled = "legacy client, gateway, pooled";
    private const string ModernUnpooled = "modern client, gateway, not pooled";
    private const string ModernPooled = "modern client, gateway, pooled";
    private const string RpcPooled = "/rpc, gateway, pooled";

    /// <summary>Few enough that what is measured are round trips, not queues for the cores.</summary>
    private const int Clients = 8;

    private static readonly PoolSettings Pooled = new() { Isolation = "shared", Size = Clients, MinSize = Clients, MaxSize = 2 * Clients };
    private static readonly PoolSettings NotPooled = new() { Strategy = "none" };

    public override string Name => "pooled-vs-unpooled";

    public override string Question => "What is pooling worth to a client that comes, calls one tool and goes?";

    public override string Constraints =>
        $"{Clients} clients, closed loop. A task is a new connection, initialize where the client is legacy, one tools/call, DELETE. The server needs a "
        + "session; it lies 0, 20, 80 or 200 ms of round trip away, and once it speaks TLS. The gateway is near the client. "
        + "Pooled: isolation shared. Not pooled: strategy none, one upstream session for each client session or session-less request.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        foreach (var milliseconds in run.Settings.IsShort ? (int[])[0, 20] : [0, 20, 80, 200])
        {
            await CompareAsync(run, $"{milliseconds} ms", new MockOptions { RoundTrip = TimeSpan.FromMilliseconds(milliseconds) });
        }

        await CompareAsync(run, "20 ms and TLS", new MockOptions { RoundTrip = TimeSpan.FromMilliseconds(20), Tls = run.Stage.MakeTls() });
    }

    private static async Task CompareAsync(BenchmarkRun run, string distance, MockOptions options)
    {
        var cancellationToken = run.CancellationToken;
        var upstream = await run.Stage.MockAsync(options);
        var gateway = await run.Stage.GatewayAsync(options.Tls);
        var pooled = await gateway.Api.AddServerAsync("pooled", upstream.Target.Url, cancellationToken, more: "\"era\":\"legacy\"");
        var notPooled = await gateway.Api.AddServerAsync("not-pooled", upstream.Target.Url, cancellationToken, more: "\"era\":\"legacy\"");
        await gateway.Api.SetPoolAsync(pooled, Pooled, cancellationToken);
        await gateway.Api.SetPoolAsync(notPooled, NotPooled, cancellationToken);
        await gateway.Api.WhenOpenAsync(pooled, Clients, cancellationToken);

        var counts = new Dictionary<string, HandshakeCount>();
        Arm ArmOf(string name, Func<StepContext, ValueTask<StepResult>> task)
        {
            var count = counts[name] = new HandshakeCount(upstream, cancellationToken);
            return new Arm(name, new LoadScenario
            {
                Name = $"{distance}, {name}",
                Init = count.BeginAsync,
                Step = task,
                Clean = count.EndAsync,
                Simulations = [LoadSimulation.KeepConstant(Clients, run.Settings.During)],
                WarmUp = run.Settings.WarmUp,
            });
        }

        await run.CompareAsync(
            distance,
            [
                ArmOf(Direct, Tasks.Legacy(upstream.Target)),
                ArmOf(LegacyUnpooled, Tasks.Legacy(gateway.Mcp(notPooled))),
                ArmOf(LegacyPooled, Tasks.Legacy(gateway.Mcp(pooled))),
                ArmOf(ModernUnpooled, Tasks.Modern(gateway.Mcp(notPooled))),
                ArmOf(ModernPooled, Tasks.Modern(gateway.Mcp(pooled))),
                ArmOf(RpcPooled, Tasks.Rpc(gateway.Rpc(pooled))),
            ],
            [
                // At no distance a gateway can only add; what it must win is the round trips.
                .. options.RoundTrip > TimeSpan.Zero
                    ? (Target[])[new(Metric.P50, LegacyPooled, Direct, Goal: 0.5, Gate: 0.7), new(Metric.P50, LegacyPooled, LegacyUnpooled, Goal: 0.5, Gate: 0.7)]
                    : [],
                new(Metric.P50, ModernPooled, ModernUnpooled, Goal: 0.7, Gate: 0.9),
                new(Metric.P50, RpcPooled, LegacyUnpooled, Goal: 0.7, Gate: 0.9),
            ],
            standings => standings.Series.Select(series => $"{series.Name}: {counts[series.Name]}."));
    }
}
