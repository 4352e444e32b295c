using System.Diagnostics.Metrics;

namespace EdgeGateway.Telemetry;

/// <summary>Bounds of the histograms.</summary>
internal static class Buckets
{
    /// <summary>Seconds, for everything that a request waits for: those of the semantic conventions' <c>db.client.connection.*</c>.</summary>
    public static readonly InstrumentAdvice<double> Calls = new() { HistogramBucketBoundaries = [.001, .005, .01, .05, .1, .5, 1, 5, 10] };

    /// <summary>Seconds, for sessions: from one that carried a single call to one of a day.</summary>
    public static readonly InstrumentAdvice<double> Sessions = new() { HistogramBucketBoundaries = [1, 10, 60, 300, 900, 3600, 14400, 86400] };
}
