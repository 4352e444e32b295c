using EdgeGateway.LoadTests.Engine;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>
/// Interleaved rounds: each arm once per round, each round beginning with another one. What the machine does meanwhile meets all of them, and
/// a ratio is taken within a round.
/// </summary>
internal static class Rounds
{
    public static async Task<Standings> RunAsync(
        string title, IReadOnlyList<Arm> arms, int rounds, ILoadEngine engine, Action<string> progress, CancellationToken cancellationToken)
    {
        var running = arms.Where(arm => arm.Scenario is not null).ToList();
        var series = running.ConvertAll(arm => new Series(arm.Name));
        for (var round = 0; round < rounds; round++)
        {
            progress($"{title}: round {round + 1} of {rounds}");
            for (var place = 0; place < running.Count; place++)
            {
                var next = (round + place) % running.Count;
                LeaveNoGarbage();
                series[next].Add(await engine.RunAsync(running[next].Scenario!, cancellationToken));
            }
        }

        return new Standings(title, series, [.. arms.Where(arm => arm.Scenario is null)]);
    }

    /// <summary>Nobody pays for collecting what another one left here.</summary>
    private static void LeaveNoGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
