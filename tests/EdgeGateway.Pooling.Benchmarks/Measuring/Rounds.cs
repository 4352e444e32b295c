using System.Diagnostics;

namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>
/// Interleaved rounds: each candidate once per round, each round beginning with another one. What the machine does meanwhile meets all of
/// them, and a ratio is taken within a round.
/// </summary>
internal static class Rounds
{
    private const int CalibrationOperations = 5_000;

    public static Standings Run(string title, IReadOnlyList<Row> rows, Effort effort, int operationsMin)
    {
        Progress($"{title}: warming up");
        WarmUp.Run(rows);
        var operations = rows.Select(row => effort.Fill(Calibrate(row), operationsMin)).ToArray();
        var series = rows.Select(row => new Series(row.Name)).ToArray();
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < effort.RoundsMax; round++)
        {
            if (round >= effort.RoundsMin && Stopwatch.GetElapsedTime(started) > effort.Budget)
            {
                break;
            }

            Progress($"{title}: round {round + 1} of {effort.RoundsMax}");
            for (var place = 0; place < rows.Count; place++)
            {
                var next = (round + place) % rows.Count;
                LeaveNoGarbage();
                Time(rows[next], operations[next], series[next]);
            }
        }

        return new(title, series);
    }

    private static void Time(Row row, int operations, Series series)
    {
        var (processor, started) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var batch = row.Run(operations);
        series.Add(batch, (Environment.CpuUsage.TotalTime - processor) / Stopwatch.GetElapsedTime(started));
    }

    private static double Calibrate(Row row) => Enumerable.Range(0, 3).Min(_ => row.Run(CalibrationOperations).Nanoseconds);

    /// <summary>Nobody pays for collecting what another one left.</summary>
    private static void LeaveNoGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Beside the report: `> report.txt` keeps it clean.</summary>
    private static void Progress(string text) => Console.Error.WriteLine(text);
}
