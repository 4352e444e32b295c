using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>One figure of a result.</summary>
/// <param name="Name">With its unit, as in a table's head.</param>
/// <param name="Value">Reads it.</param>
/// <param name="MoreIsBetter">Which way is good.</param>
internal sealed record Metric(string Name, Func<LoadResult, double> Value, bool MoreIsBetter = false)
{
    public static Metric PerSecond { get; } = new("calls/s", result => result.OkPerSecond, MoreIsBetter: true);

    public static Metric P50 { get; } = new("p50 ms", result => result.Latency.P50);

    public static Metric P75 { get; } = new("p75 ms", result => result.Latency.P75);

    public static Metric P99 { get; } = new("p99 ms", result => result.Latency.P99);

    public static Metric P999 { get; } = new("p99.9 ms", result => result.Latency.P999);
}
