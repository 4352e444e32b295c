using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Tests.Bench;

/// <summary>Made-up results.</summary>
internal static class Results
{
    public static Series Series(string name, params double[] perSecond) => Series(name, perSecond, p50: 1);

    public static Series Series(string name, double perSecond, double p50) => Series(name, [perSecond], p50);

    private static Series Series(string name, double[] perSecond, double p50)
    {
        var series = new Series(name);
        foreach (var rate in perSecond)
        {
            series.Add(new LoadResult
            {
                Ok = (long)(rate * 10),
                Duration = TimeSpan.FromSeconds(10),
                Bytes = 0,
                FailedByReason = new Dictionary<string, long>(),
                Latency = new Latency(LatencyFrom.Start, p50, p50, p50, 2 * p50, 3 * p50, 4 * p50) { Curve = [new(50, p50), new(99, 2 * p50), new(100, 4 * p50)] },
            });
        }

        return series;
    }
}
