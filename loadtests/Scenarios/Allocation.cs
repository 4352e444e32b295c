using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Bytes, not times: they repeat on a noisy machine.</summary>
internal sealed class Allocation : Benchmark
{
    private const int Clients = 8;

    /// <summary>So many that what a thread has been given and not used yet (8 KB each) is nothing.</summary>
    private const int Calls = 10_000;

    private const int CallsShort = 3_000;

    private const string Unit = " B";

    /// <summary>What the target allows beyond the naive relay.</summary>
    private const double Goal = 1024;

    /// <summary>Twice what the target allows: bytes hardly vary, and a copy of a message too many is found.</summary>
    private const double Gate = 2048;

    public override string Name => "allocation";

    public override string Question => "How many bytes does the gateway allocate for a call, beyond what Kestrel and SocketsHttpHandler need themselves?";

    public override string Constraints =>
        $"{Clients} clients with a session and a kept-alive connection each, {Calls:N0} tools/call ({CallsShort:N0} in short) in each round. The naive relay is Kestrel in front of "
        + "SocketsHttpHandler, sending bodies on: no token, no route, no pool. The gateway's figure is that of its own /metrics, less what the scrapes take.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var upstream = await run.Stage.MockAsync();
        var gateway = await run.Stage.GatewayAsync();
        var naive = await run.Stage.NaiveRelayAsync(upstream.Target);
        var shared = await ServerAsync(run, gateway, upstream, PoolSettings.SharedOf(Clients));
        var bound = await ServerAsync(run, gateway, upstream, new PoolSettings { Isolation = "session", Size = 1, MaxSize = Clients });
        Task<double> OfGateway() => GatewayBytesAsync(gateway, run.CancellationToken);
        await using var naiveCalls = await AllocatingArm.EnterAsync("naive relay", naive.Target, Clients, () => naive.AllocatedBytesAsync(run.CancellationToken), run.CancellationToken);
        await using var sharedCalls = await AllocatingArm.EnterAsync("edge-gateway, shared sessions", shared, Clients, OfGateway, run.CancellationToken);
        await using var boundCalls = await AllocatingArm.EnterAsync("edge-gateway, a session for each client", bound, Clients, OfGateway, run.CancellationToken);
        AllocatingArm[] arms = [naiveCalls, sharedCalls, boundCalls];

        // The first round is the warm-up: connections, pools and caches are then as they stay.
        for (var round = 0; round <= run.Settings.Rounds; round++)
        {
            foreach (var arm in arms)
            {
                await arm.MeasureAsync(run.Settings.IsShort ? CallsShort : Calls, isRecorded: round > 0);
            }
        }

        run.Add(new Section
        {
            Title = "Bytes per call",
            Table = new Table(["", "B per call", "beyond the naive relay", "failed"], [.. arms.Select(arm => Row(arm, naiveCalls))]),
            Findings = [.. arms.Skip(1).Select(arm => Finding.AtMost($"B per call of {arm.Name} beyond naive relay", arm.Beyond(naiveCalls), Unit, Goal, Gate))],
            FailedThresholds = [.. arms.SelectMany(arm => arm.Failures.Distinct().Select(reason => $"{arm.Name}: no call fails ({reason})"))],
        });
    }

    private static string[] Row(AllocatingArm arm, AllocatingArm naive) =>
        [arm.Name, SectionOf.Cell(arm.PerCall), arm == naive ? "" : SectionOf.Cell(arm.Beyond(naive)), $"{arm.Failures.Count}"];

    private static async Task<McpTarget> ServerAsync(BenchmarkRun run, GatewayProcess gateway, MockUpstream upstream, PoolSettings pool)
    {
        var server = await gateway.Api.AddServerAsync(pool.Isolation!, upstream.Target.Url, run.CancellationToken);
        await gateway.Api.SetPoolAsync(server, pool, run.CancellationToken);
        return gateway.Mcp(server);
    }

    private static async Task<double> GatewayBytesAsync(GatewayProcess gateway, CancellationToken cancellationToken) =>
        await gateway.Api.AllocatedBytesAsync(cancellationToken)
        ?? throw new InvalidOperationException("/metrics has no dotnet_gc_heap_total_allocated_bytes_total: the gateway that is measured is too old");
}
