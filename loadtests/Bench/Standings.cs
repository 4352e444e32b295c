namespace EdgeGateway.LoadTests.Bench;

/// <summary>Every arm under the same load.</summary>
/// <param name="Title">Of the comparison.</param>
/// <param name="Series">Of those that ran.</param>
/// <param name="NotRun">The others.</param>
internal sealed record Standings(string Title, IReadOnlyList<Series> Series, IReadOnlyList<Arm> NotRun)
{
    public Series? Find(string arm) => Series.FirstOrDefault(series => series.Name == arm);

    public string? WhyNotRun(string arm) => NotRun.FirstOrDefault(missing => missing.Name == arm)?.NotRun;
}
