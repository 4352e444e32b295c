using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>
/// Runs a scenario under many schedules. <c>POOL_SCHEDULES</c> says how many each scenario gets, <c>POOL_SCHEDULE_SEED</c> replays one.
/// </summary>
internal static class Exploration
{
    /// <summary>As many as all scenarios together can have in well under a minute on one slow core.</summary>
    private const int Schedules = 500;

    private static readonly int? OnlySeed = Setting("POOL_SCHEDULE_SEED");
    private static readonly int Count = Setting("POOL_SCHEDULES") ?? Schedules;

    /// <param name="scenario">Sets a stage up: a pool, and who does what to it. The same every time, whatever the seed.</param>
    /// <param name="name">The test, for the message.</param>
    public static void Run(Action<Stage> scenario, [CallerMemberName] string name = "")
    {
        var began = Stopwatch.GetTimestamp();
        var (first, count) = OnlySeed is { } only ? (only, 1) : (1, Count);
        var steps = 0L;
        for (var seed = first; seed < first + count; seed++)
        {
            var trace = new Trace(isShown: OnlySeed is not null);
            if (Perform(scenario, seed, trace) is { } failure)
            {
                throw new InvalidOperationException(Describe(scenario, name, seed, seed - first + 1, failure), failure);
            }

            steps += trace.Steps;
            if (OnlySeed is not null)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(trace.ToString());
            }
        }

        var took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} schedules of {steps / count} steps, {count / took.TotalSeconds:0} a second.");
    }

    private static Exception? Perform(Action<Stage> scenario, int seed, Trace trace)
    {
        try
        {
            new Stage(seed, new Schedule(Chooser(seed), trace)).Perform(scenario);
            return null;
        }
#pragma warning disable CA1031 // whatever it is, it is reported with its seed
        catch (Exception broken)
#pragma warning restore CA1031
        {
            return broken;
        }
    }

    /// <summary>Once more, now watched: the same seed makes the same steps.</summary>
    private static string Describe(Action<Stage> scenario, string name, int seed, int schedules, Exception failure)
    {
        var trace = new Trace(isShown: true);
        var again = Perform(scenario, seed, trace);
        var note = again?.Message == failure.Message ? "" : $"\nReplayed, it went otherwise: {again?.Message ?? "it passed"}";
        return $"{failure.Message}\n{name}, schedule {schedules}. Replay with POOL_SCHEDULE_SEED={seed}.{note}\n{trace}";
    }

    private static IChooser Chooser(int seed)
    {
        var random = new Random(seed);
        return (seed % 4) switch
        {
            0 => new UniformChooser(random),
            1 => new ReluctantChooser(random),
            _ => new PriorityChooser(random),
        };
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;
}
