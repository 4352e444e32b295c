namespace EdgeGateway.LoadTests.Bench;

/// <summary>Whether something that should stay flat does.</summary>
internal static class Drift
{
    /// <summary>
    /// The median of the last third as a multiple of the second third's: 1 when flat. The first third is left out, while caches and pools
    /// fill; medians, since one peak is no leak.
    /// </summary>
    /// <param name="samples">At least three, evenly spread over the time.</param>
    public static double LastThirdToSecond(IReadOnlyList<double> samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples.Count, 3);
        var third = samples.Count / 3;
        return Spread.Of(samples.TakeLast(third)).Median / Spread.Of(samples.SkipLast(third).TakeLast(third)).Median;
    }
}
