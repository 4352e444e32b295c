using System.Globalization;
using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Half an hour of everyday: what leaks shows.</summary>
internal sealed class Soak : Benchmark
{
    private const double Megabyte = 1024 * 1024;
    private const int CallsPerSecond = 300;
    private const int TasksPerSecond = 20;
    private const int FailEvery = 500;

    /// <summary>Of a server that refuses each five hundredth call, with room for what a retry meets.</summary>
    private const double FailedAtMost = 0.01;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>So many that a third of them has a median worth the name.</summary>
    private const int SamplesMin = 18;

    private static readonly PoolSettings Shared = new() { Isolation = "shared", Size = 8, MinSize = 8, MaxSize = 16 };
    private static readonly PoolSettings Bound = new() { Isolation = "session", Size = 8, MinSize = 8, MaxSize = 32 };

    public override string Name => "soak";

    public override string Question => "Does memory stay flat?";

    public override string Constraints =>
        $"Open loop: {CallsPerSecond} tools/call a second over shared sessions, beside {TasksPerSecond} clients a second that initialize, call, DELETE and go, each "
        + $"with an upstream session of its own. The server refuses each {FailEvery}th call with 503. Resident memory is read every {Interval.TotalSeconds:0} s. "
        + $"Runs only with --soak, for {BenchmarkSettings.SoakMinutesByDefault} minutes or --minutes.";

    /// <summary>It is one long run.</summary>
    public override BenchmarkSettings Adapt(BenchmarkSettings asked) => asked with { Rounds = 1 };

    public override async Task RunAsync(BenchmarkRun run)
    {
        if (run.Settings.Soak is not { } during)
        {
            throw new RefusedException($"soak takes {BenchmarkSettings.SoakMinutesByDefault} minutes: say --soak, and --minutes N for another length");
        }

        var upstream = await run.Stage.MockAsync(new MockOptions { FailEvery = FailEvery });
        var gateway = await run.Stage.GatewayAsync();
        var shared = await ServerAsync(run, gateway, upstream, Shared);
        var bound = await ServerAsync(run, gateway, upstream, Bound);
        Threshold[] thresholds = [Threshold.FailuresAtMost(FailedAtMost)];
        var calls = Loads.SessionCalls("calls", shared, [LoadSimulation.Inject(CallsPerSecond, TimeSpan.FromSeconds(1), during)]) with { Thresholds = thresholds, OutstandingMax = 64 };
        var churn = new LoadScenario
        {
            Name = "sessions that come and go",
            Step = Tasks.Legacy(bound),
            Simulations = [LoadSimulation.Inject(TasksPerSecond, TimeSpan.FromSeconds(1), during)],
            Thresholds = thresholds,
            OutstandingMax = 64,
        };

        using var over = CancellationTokenSource.CreateLinkedTokenSource(run.CancellationToken);
        var sampling = SampleAsync(gateway.Figures, during, over.Token);
        var results = await Task.WhenAll(run.Engine.RunAsync(calls, run.CancellationToken), run.Engine.RunAsync(churn, run.CancellationToken));
        await over.CancelAsync();
        run.Add(SectionOf(during, results, await sampling));
    }

    private static async Task<McpTarget> ServerAsync(BenchmarkRun run, GatewayProcess gateway, MockUpstream upstream, PoolSettings pool)
    {
        var server = await gateway.Api.AddServerAsync(pool.Isolation!, upstream.Target.Url, run.CancellationToken, more: "\"era\":\"legacy\"");
        await gateway.Api.SetPoolAsync(server, pool, run.CancellationToken);
        return gateway.Mcp(server);
    }

    private static async Task<List<TimelinePoint>> SampleAsync(ProcessFigures figures, TimeSpan during, CancellationToken over)
    {
        var interval = during / SamplesMin < Interval ? during / SamplesMin : Interval;
        var samples = new List<TimelinePoint>();
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                samples.Add(new TimelinePoint((samples.Count + 1) * interval.TotalSeconds, figures.ResidentBytes / Megabyte));
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }

        return samples;
    }

    private static Section SectionOf(TimeSpan during, LoadResult[] results, List<TimelinePoint> samples)
    {
        var megabytes = samples.ConvertAll(sample => sample.Value);
        string[] Row(string name, LoadResult result) =>
            [name, $"{result.Ok:N0}", $"{result.Failed:N0}", Text(result.Latency.P50), Text(result.Latency.P99)];
        return new Section
        {
            Title = $"{during.TotalMinutes:0.#} minutes",
            Table = new Table(["", "ok", "failed", "p50 ms", "p99 ms"], [Row("calls", results[0]), Row("sessions that come and go", results[1])]),
            Findings = [Finding.AtMost("resident memory, median of the last third to the second third", Spread.Of([Drift.LastThirdToSecond(megabytes)]), "×", goal: 1.1, gate: 1.1)],
            Notes =
            [
                $"Resident memory: {Text(megabytes[0])} MB at first, {Text(megabytes.Max())} MB at most, {Text(megabytes[^1])} MB at last.",
                .. results.SelectMany(result => result.FailedByReason).Select(failure => $"Failed {failure.Value:N0} times: {failure.Key}."),
            ],
            FailedThresholds = [.. results.SelectMany(result => result.FailedThresholds)],
            Timeline = new Timeline("MB resident", samples),
        };
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
