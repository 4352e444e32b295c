using System.CommandLine;
using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Scenarios;

namespace EdgeGateway.LoadTests.Cli;

/// <summary>The verbs, and how an invocation ends: 0 fine, 1 a gate or threshold was missed (with --gate) or something broke, 2 bad usage.</summary>
internal static class CommandLine
{
    private const int BadUsage = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Build(args).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync(
                $"Scenarios: {string.Join(", ", AllBenchmarks.List.Select(benchmark => benchmark.Name))}. What each measures: dotnet run -c Release --project loadtests -- list");
            return BadUsage;
        }

        // A run that is cancelled ends its processes first.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
    }

    private static RootCommand Build(string[] args)
    {
        var root = new RootCommand("Load tests: each scenario runs what it compares in one interleaved run and reports ratios.");
        root.Add(ListVerb());
        root.Add(ReportVerb.Create());
        root.Add(NaiveRelayVerb.Create());
        foreach (var benchmark in AllBenchmarks.List)
        {
            root.Add(RunVerb.Create(benchmark.Name, benchmark.Question, [benchmark], args));
        }

        var brief = new ShortVersion();
        root.Add(RunVerb.Create(brief.Name, brief.Question, [brief], args));
        root.Add(RunVerb.Create("all", "Run every scenario", AllBenchmarks.List, args));
        return root;
    }

    private static Command ListVerb()
    {
        var command = new Command("list", "Name every scenario and its question");
        command.SetAction(_ => AllBenchmarks.List.ToList().ForEach(PrintLine));
        return command;
    }

    private static void PrintLine(Benchmark benchmark) => Console.WriteLine($"{benchmark.Name,-22} {benchmark.Question}");
}
