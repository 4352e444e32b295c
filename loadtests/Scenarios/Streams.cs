using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Answers that come as events: each has to be seen, renamed and sent on by itself.</summary>
internal sealed class Streams : Benchmark
{
    private const string Gateway = "edge-gateway";
    private const string Nginx = "nginx";
    private const string HAProxy = "haproxy";

    private const int Progress = 10;
    private const int Events = Progress + 1;

    private static readonly PoolSettings Pool = PoolSettings.SharedOf(32);

    private static readonly Metric EventsPerSecond = new("events/s", result => result.OkPerSecond * Events, MoreIsBetter: true);

    public override string Name => "streams";

    public override string Question => "What does a stream of events cost, against raw proxies that pass its bytes on unread?";

    public override string Constraints =>
        $"Closed loop, 1 and 32 clients. Each call is answered by {Progress} notifications of progress and the result, one write each, as text/event-stream. "
        + "The gateway gives every notification its client's own progress token back; nginx runs with proxy_buffering off. A call counts when all its "
        + "events have come, with the client's own token in each.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var upstream = await run.Stage.MockAsync(new MockOptions { Events = Progress });
        var gateway = await run.Stage.GatewayAsync();
        var server = await gateway.Api.AddServerAsync("streams", upstream.Target.Url, run.CancellationToken);
        await gateway.Api.SetPoolAsync(server, Pool, run.CancellationToken);
        var nginx = await BenchmarkRun.TargetAsync(() => run.Stage.UnbufferedNginxAsync(upstream.Target));
        var haproxy = await BenchmarkRun.TargetAsync(() => run.Stage.HAProxyAsync(upstream.Target));
        foreach (var clients in (int[])[1, 32])
        {
            LoadScenario Calls(string arm, McpTarget target) => StreamedCalls(arm, target, clients, run.Settings);
            await run.CompareAsync(
                $"{clients} {(clients == 1 ? "client" : "clients")}",
                [
                    new Arm("direct", Calls("direct", upstream.Target)),
                    new Arm(Gateway, Calls(Gateway, gateway.Mcp(server))),
                    nginx.ToArm(Nginx, target => Calls(Nginx, target)),
                    haproxy.ToArm(HAProxy, target => Calls(HAProxy, target)),
                ],
                [
                    new Target(EventsPerSecond, Gateway, HAProxy, Goal: 0.8),
                    new Target(EventsPerSecond, Gateway, Nginx, Goal: 0.8),
                    new Target(Metric.P50, Gateway, HAProxy, Goal: 1.2),
                    new Target(Metric.P99, Gateway, HAProxy, Goal: 1.2),
                ],
                standings => [$"Events a second: {string.Join(", ", standings.Series.Select(series => $"{series.Name} {SectionOf.Cell(series.Of(EventsPerSecond))}"))}."]);
        }
    }

    private static LoadScenario StreamedCalls(string name, McpTarget target, int clients, BenchmarkSettings settings) => new()
    {
        Name = $"{name}, {clients} clients",
        Simulations = [LoadSimulation.KeepConstant(clients, settings.During)],
        WarmUp = settings.WarmUp,
        Enter = async context =>
        {
            var connection = new McpConnection(target, context.CancellationToken);
            context.State = new StreamingClient(connection);
            if (await connection.InitializeAsync() is { IsOk: false } failed)
            {
                throw new InvalidOperationException($"initialize at {target.Url} failed: {failed.FailureReason}");
            }
        },
        Step = static context => ((StreamingClient)context.State!).CallAsync(),
        Leave = static context => context.State is StreamingClient client ? client.DisposeAsync() : default,
    };

    private sealed class StreamingClient(McpConnection connection) : IAsyncDisposable
    {
        private PreparedCall? _call;

        public async ValueTask<StepResult> CallAsync()
        {
            _call ??= McpCalls.ToolWithProgress(connection.Target, connection.SessionId, Loads.Echo, Loads.EchoArguments);
            var result = await connection.SendAsync(_call);
            return !result.IsOk ? result
                : connection.LastBody.Count("\"progressToken\":\"p\""u8) == Progress ? result
                : StepResult.Fail("a notification is missing");
        }

        public async ValueTask DisposeAsync()
        {
            if (connection is { SessionId: not null, IsBusy: false })
            {
                await connection.DeleteAsync();
            }

            await connection.DisposeAsync();
        }
    }
}
