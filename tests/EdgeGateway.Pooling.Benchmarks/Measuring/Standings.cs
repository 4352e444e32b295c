namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>What one table shows: every candidate under the same load.</summary>
internal sealed record Standings(string Title, IReadOnlyList<Series> Series)
{
    public int Rounds => Series[0].Rounds;

    public Series this[string name] => Series.Single(series => series.Name == name);
}
