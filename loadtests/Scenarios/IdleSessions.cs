using System.Globalization;
using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Memory of clients that have said hello and say nothing more.</summary>
internal sealed class IdleSessions : Benchmark
{
    private const double Kilobyte = 1024;
    private const double Megabyte = 1024 * Kilobyte;

    private const int Connections = 8;

    private static readonly PoolSettings Shared = new() { Isolation = "shared", Size = 8, MinSize = 8, MaxSize = 8, MaxClientSessions = 100_000 };
    private static readonly PoolSettings Bound = new() { Isolation = "session", Size = 1, MaxClientSessions = 100_000 };

    /// <summary>The collector gives pages back some time after its work is done.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public override string Name => "idle-sessions";

    public override string Question => "What does a client that is idle cost in memory?";

    public override string Constraints =>
        "Clients initialize, say notifications/initialized and close their connection; their sessions stay. A session's cost is what the "
        + "gateway's private dirty memory has grown by, divided by the sessions; before each reading the same calls are made, so that the collector has "
        + "run, and what it leaves uncollected is in the first reading as in the last. Bound: isolation session, so that each has an upstream session too.";

    /// <summary>It is one long run.</summary>
    public override BenchmarkSettings Adapt(BenchmarkSettings asked) => asked with { Rounds = 1 };

    public override async Task RunAsync(BenchmarkRun run)
    {
        var batch = run.Settings.IsShort ? 2_000 : 10_000;
        await MeasureStartAsync(run);
        await MeasureAsync(run, "a client session without an upstream session of its own", Shared, batch, goal: 4);
        await MeasureAsync(run, "a client session with an upstream session of its own", Bound, batch, goal: null);
    }

    private static async Task MeasureStartAsync(BenchmarkRun run)
    {
        var gateway = await run.Stage.GatewayAsync();
        await Task.Delay(Settling, run.CancellationToken);
        var figures = gateway.Figures;
        run.Add(new Section
        {
            Title = "Started, and nobody came",
            Table = new Table(
                ["", "MB"],
                [
                    ["resident", Text(figures.ResidentBytes / Megabyte)],
                    ["of these, pages shared with nobody and written", Text(figures.PrivateDirtyBytes / Megabyte)],
                    ["proportional", Text(figures.ProportionalBytes / Megabyte)],
                ]),
            Findings = [Finding.AtMost("resident memory, idle", Spread.Of([figures.ResidentBytes / Megabyte]), " MB", goal: 40, gate: 60)],
        });
    }

    private static async Task MeasureAsync(BenchmarkRun run, string what, PoolSettings pool, int batch, double? goal)
    {
        var upstream = await run.Stage.MockAsync();
        var gateway = await run.Stage.GatewayAsync(null, ("SESSION_POOL_MAX_TOTAL", "100000"));
        var server = await gateway.Api.AddServerAsync("idle", upstream.Target.Url, run.CancellationToken, more: "\"era\":\"legacy\"");
        await gateway.Api.SetPoolAsync(server, pool, run.CancellationToken);
        var calls = await gateway.Api.AddServerAsync("calls", upstream.Target.Url, run.CancellationToken, more: "\"era\":\"legacy\"");
        await gateway.Api.SetPoolAsync(calls, Shared, run.CancellationToken);

        await CollectAsync(gateway.Mcp(calls), run.CancellationToken);
        await CollectAsync(gateway.Mcp(calls), run.CancellationToken);
        double nobody = gateway.Figures.PrivateDirtyBytes;
        var rows = new List<string[]> { (string[])["0", Text(nobody / Megabyte), Text(gateway.Figures.ResidentBytes / Megabyte), ""] };
        var perSession = new List<double>();
        for (var sessions = batch; sessions <= 3 * batch; sessions += batch)
        {
            await OpenAsync(gateway.Mcp(server), batch, run.CancellationToken);
            await CollectAsync(gateway.Mcp(calls), run.CancellationToken);
            double now = gateway.Figures.PrivateDirtyBytes;
            perSession.Add((now - nobody) / sessions / Kilobyte);
            rows.Add([$"{sessions:N0}", Text(now / Megabyte), Text(gateway.Figures.ResidentBytes / Megabyte), Text(perSession[^1])]);
        }

        run.Add(new Section
        {
            Title = char.ToUpperInvariant(what[0]) + what[1..],
            Table = new Table(["sessions", "private dirty MB", "resident MB", "KB for each"], rows),
            Findings = goal is { } limit ? [Finding.AtMost($"memory of {what}, the first {batch:N0}", Spread.Of([perSession[0]]), " KB", limit, gate: 4 * limit)] : [],
            Notes = [$"Each session beyond the first {batch:N0} costs {Text((perSession[^1] * 3 - perSession[0]) / 2)} KB: the first ones bring the room the collector keeps free for itself."],
        });
    }

    private static async Task OpenAsync(McpTarget target, int sessions, CancellationToken cancellationToken)
    {
        var left = sessions;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            await using var connection = new McpConnection(target, cancellationToken);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                if (await connection.InitializeAsync() is { FailureReason: { } reason })
                {
                    throw new InvalidOperationException($"initialize failed: {reason}");
                }
            }
        })));
    }

    /// <summary>Nobody can tell the gateway to collect, but calls make it.</summary>
    private static async Task CollectAsync(McpTarget target, CancellationToken cancellationToken)
    {
        const int Calls = 20_000;
        await using (var burst = await CountedCalls.EnterAsync(target, Connections, cancellationToken))
        {
            if (await burst.CallAsync(Calls) is [var reason, ..])
            {
                throw new InvalidOperationException($"a call failed: {reason}");
            }
        }

        await Task.Delay(Settling, cancellationToken);
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
