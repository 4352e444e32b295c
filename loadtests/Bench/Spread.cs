namespace EdgeGateway.LoadTests.Bench;

/// <summary>What a figure came to over the rounds.</summary>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    /// <param name="values">One of each round, at least one.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(median, sorted[0], sorted[^1]);
    }
}
