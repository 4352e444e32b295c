using System.CommandLine;
using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Cli;

/// <summary>A scenario's name as verb, or <c>all</c>: runs, prints the report, writes its files.</summary>
internal static class RunVerb
{
    private static readonly Option<string> Strategy = OneOf("--strategy", "Pool strategy to measure, or all", ["all", .. BenchmarkSettings.AllStrategies]);

    private static readonly Option<int?> Rounds = Positive<int?>("--rounds", $"How often each arm runs ({BenchmarkSettings.RoundsByDefault}; short {BenchmarkSettings.RoundsShort})");

    private static readonly Option<double?> Seconds =
        Positive<double?>("--seconds", $"How long an arm runs in a round ({BenchmarkSettings.SecondsByDefault:0}; short {BenchmarkSettings.SecondsShort:0})");

    private static readonly Option<bool> Short = new("--short") { Description = "For a build server: fewer and shorter rounds" };
    private static readonly Option<bool> Gate = new("--gate") { Description = "End with 1 when a gate or threshold is missed" };
    private static readonly Option<string?> Out = new("--out") { Description = "Folder for the results (loadtests/results)" };

    private static readonly Option<bool> Soak = new("--soak") { Description = $"Let soak run, which takes {BenchmarkSettings.SoakMinutesByDefault:0} minutes" };
    private static readonly Option<double?> Minutes = Positive<double?>("--minutes", "With --soak: how long");

    private const int BadUsage = 2;

    public static Command Create(string name, string description, IReadOnlyList<Benchmark> benchmarks, string[] args)
    {
        var command = new Command(name, description) { Strategy, Rounds, Seconds, Short, Gate, Out, Soak, Minutes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isShort = parsed.GetValue(Short);
            var settings = new BenchmarkSettings(
                parsed.GetValue(Rounds) ?? (isShort ? BenchmarkSettings.RoundsShort : BenchmarkSettings.RoundsByDefault),
                TimeSpan.FromSeconds(parsed.GetValue(Seconds) ?? (isShort ? BenchmarkSettings.SecondsShort : BenchmarkSettings.SecondsByDefault)),
                parsed.GetValue(Strategy) switch { null => [], "all" => BenchmarkSettings.AllStrategies, var one => [one] },
                isShort,
                parsed.GetValue(Soak) ? TimeSpan.FromMinutes(parsed.GetValue(Minutes) ?? BenchmarkSettings.SoakMinutesByDefault) : null);
            var folder = parsed.GetValue(Out) ?? Repository.At("loadtests", "results");
            var reports = new List<Report>();
            foreach (var benchmark in benchmarks)
            {
                if (await TryRunAsync(benchmark, settings, CommandText(benchmark.Name, args), cancellationToken) is not { } report)
                {
                    continue;
                }

                ReportFiles.Write(report, folder);
                Console.WriteLine(MarkdownText.Render(report));
                reports.Add(report);
            }

            return reports.Count == 0 ? BadUsage : parsed.GetValue(Gate) ? Verdict.ExitCode(reports) : 0;
        });
        return command;
    }

    /// <returns>Null when the benchmark wants to be asked for otherwise, which is said.</returns>
    private static async Task<Report?> TryRunAsync(Benchmark benchmark, BenchmarkSettings settings, string command, CancellationToken cancellationToken)
    {
        try
        {
            return await Execution.RunAsync(benchmark, settings, command, cancellationToken);
        }
        catch (RefusedException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return null;
        }
    }

    /// <summary>As it can be repeated, for one scenario even if it ran with all; where the results went is nobody else's concern.</summary>
    private static string CommandText(string name, string[] args)
    {
        var options = args.Skip(1).ToList();
        var at = options.IndexOf("--out");
        if (at >= 0)
        {
            options.RemoveRange(at, Math.Min(2, options.Count - at));
        }

        return string.Join(' ', ["dotnet run -c Release --project loadtests --", name, .. options]);
    }

    private static Option<string> OneOf(string name, string description, string[] values)
    {
        var option = new Option<string>(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Option<T> Positive<T>(string name, string description)
    {
        var option = new Option<T>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, out var value) && value <= 0)
            {
                result.AddError($"{name} must be more than 0; got {token.Value}");
            }
        });
        return option;
    }
}
