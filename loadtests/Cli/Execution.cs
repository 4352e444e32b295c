using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Cli;

/// <summary>Runs one benchmark and makes its report.</summary>
internal static class Execution
{
    /// <summary>The one this program was compiled with.</summary>
    private static readonly Func<ILoadEngine> MakeEngine =
#if NBOMBER
        () => new NBomber.NBomberEngine();
#else
        () => new EmbeddedEngine(TimeProvider.System, new SleepingPacer(), Progress);
#endif

    public static async Task<Report> RunAsync(Benchmark benchmark, BenchmarkSettings asked, string command, CancellationToken cancellationToken)
    {
        var settings = benchmark.Adapt(asked);
        var engine = MakeEngine();
        await using var stage = new Stage(cancellationToken);
        var run = new BenchmarkRun(settings, engine, stage, Progress, cancellationToken);
        await benchmark.RunAsync(run);
        return new Report
        {
            Scenario = benchmark.Name,
            Question = benchmark.Question,
            Constraints = benchmark.Constraints,
            Command = command,
            Date = DateTimeOffset.UtcNow,
            Commit = Commit.Describe(),
            Machine = Machine.Describe(),
            Engine = engine.Name,
            Rounds = settings.Rounds,
            Sections = run.Sections,
        };
    }

    /// <summary>Beside the report: <c>> report.md</c> keeps it clean.</summary>
    private static void Progress(string text) => Console.Error.WriteLine(text);
}
