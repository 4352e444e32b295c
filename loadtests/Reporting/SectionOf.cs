using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Reporting;

/// <summary>A section out of a comparison.</summary>
internal static class SectionOf
{
    private static readonly Metric[] Columns = [Metric.PerSecond, Metric.P50, Metric.P99, Metric.P999];

    public static Section Standings(Standings standings, IReadOnlyList<Target> targets, IEnumerable<string> notes) => new()
    {
        Title = standings.Title,
        Table = new Table(
            ["", .. Columns.Select(metric => metric.Name), "failed"],
            [.. standings.Series.Select(Row), .. standings.NotRun.Select(NotRun)]),
        Findings = [.. targets.Select(target => target.Judge(standings))],
        Notes = [LatencyNote(standings), .. Failures(standings), .. notes],
        FailedThresholds = [.. standings.Series.SelectMany(series => series.FailedThresholds.Select(text => $"{series.Name}: {text}"))],
        Curves = [.. standings.Series.Select(CurveOf)],
    };

    /// <summary>Three digits that count.</summary>
    public static string Figure(double value) => value switch
    {
        >= 1000 => $"{value:N0}",
        >= 100 => $"{value:0}",
        >= 10 => $"{value:0.0}",
        >= 1 => $"{value:0.00}",
        _ => $"{value:0.000}",
    };

    private static string[] Row(Series series) =>
        [series.Name, .. Columns.Select(metric => Cell(series.Of(metric))), $"{series.Failed}"];

    public static string Cell(Spread spread) => $"{Figure(spread.Median)} ({Figure(spread.Min)}–{Figure(spread.Max)})";

    private static string[] NotRun(Arm arm) =>
        [arm.Name, $"not run: {arm.NotRun}", .. Enumerable.Repeat("", Columns.Length)];

    private static string LatencyNote(Standings standings) => standings.Series[0].Results[0].Latency.From == LatencyFrom.IntendedStart
        ? "Latency counts from the moment a call was due (open loop)."
        : "Latency is service time: it counts from the moment a call was sent.";

    private static IEnumerable<string> Failures(Standings standings) =>
        from series in standings.Series
        from failure in series.Failures
        select $"{series.Name} failed {failure.Count:N0} times: {failure.Reason}.";

    private static Curve CurveOf(Series series)
    {
        var sorted = series.Results.OrderBy(result => result.Latency.P99).ToList();
        return new Curve(series.Name, sorted[sorted.Count / 2].Latency.Curve);
    }
}
