using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>What was measured.</summary>
internal static class Tables
{
    /// <param name="standings">The candidates.</param>
    /// <param name="anchors">Those to compare with.</param>
    public static Table Of(Standings standings, IReadOnlyList<string> anchors)
    {
        var table = new Table(
            $"{standings.Title}: per acquire + release, median of {standings.Rounds} rounds",
            ["candidate", "ns", "min..max", .. anchors.Select(anchor => $"/ {anchor}"), "B", "cores"]);
        foreach (var series in standings.Series)
        {
            table.Add(
            [
                series.Name,
                Figure(series.Median),
                $"{Figure(series.Min)}..{Figure(series.Max)}",
                .. anchors.Select(anchor => $"{series.RatioTo(standings[anchor]):0.00}"),
                series.IsFreeOfAllocations ? "0" : $"{series.Bytes:0.##}",
                $"{series.Cores:0.0}",
            ]);
        }

        return table;
    }

    private static string Figure(double nanoseconds) => nanoseconds < 100 ? $"{nanoseconds:0.0}" : $"{nanoseconds:0}";
}
