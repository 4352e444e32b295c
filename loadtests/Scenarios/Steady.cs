using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>The main path at its busiest: what the gateway adds to a call, held against proxies that add nothing.</summary>
internal sealed class Steady : Benchmark
{
    private const string Gateway = "edge-gateway";
    private const string Nginx = "nginx";
    private const string HAProxy = "haproxy";

    /// <summary>So many shared sessions with 32 calls at once each that the pool is never what is waited for.</summary>
    private static readonly PoolSettings Pool = new() { Isolation = "shared", Size = 32, MinSize = 32, MaxSize = 64, MaxConcurrency = 32 };

    public override string Name => "steady";

    public override string Question => "What does a tools/call through a pooled session cost, against raw proxies that do nothing but pass bytes on?";

    public override string Constraints =>
        "Closed loop, 1 and 32 clients, each with one connection kept alive and one session. The gateway checks the JWT, routes, rewrites ids, "
        + "leases a shared session and meters every call; nginx (2 workers) and HAProxy (2 threads) only pass on. The upstream answers at once.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var upstream = await run.Stage.MockAsync();
        var gateway = await run.Stage.GatewayAsync();
        var server = await gateway.Api.AddServerAsync("mock", upstream.Target.Url, run.CancellationToken);
        var nginx = await BenchmarkRun.TargetAsync(() => run.Stage.NginxAsync(upstream.Target));
        var haproxy = await BenchmarkRun.TargetAsync(() => run.Stage.HAProxyAsync(upstream.Target));

        foreach (var strategy in run.Settings.Strategies.DefaultIfEmpty("round_robin"))
        {
            await gateway.Api.SetPoolAsync(server, Pool with { Strategy = strategy }, run.CancellationToken);
            foreach (var clients in (int[])[1, 32])
            {
                var load = LoadSimulation.KeepConstant(clients, run.Settings.During);
                LoadScenario Calls(string arm, McpTarget target) =>
                    Loads.SessionCalls($"{arm}, {clients} clients", target, [load]) with { WarmUp = run.Settings.WarmUp };

                await run.CompareAsync(
                    $"{clients} {(clients == 1 ? "client" : "clients")}, {strategy}",
                    [
                        new Arm("direct", Calls("direct", upstream.Target)),
                        new Arm(Gateway, Calls(Gateway, gateway.Mcp(server))),
                        nginx.ToArm(Nginx, target => Calls(Nginx, target)),
                        haproxy.ToArm(HAProxy, target => Calls(HAProxy, target)),
                    ],
                    [
                        new Target(Metric.PerSecond, Gateway, Nginx, Goal: 1, Gate: 0.8),
                        new Target(Metric.PerSecond, Gateway, HAProxy, Goal: 1, Gate: 0.8),
                        new Target(Metric.P50, Gateway, HAProxy, Goal: 1.2),
                        new Target(Metric.P99, Gateway, HAProxy, Goal: 1.2),
                    ]);
            }
        }
    }
}
