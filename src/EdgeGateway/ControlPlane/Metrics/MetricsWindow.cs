using System.Globalization;
using EdgeGateway.ControlPlane.Http;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>The stretch of time a caller of pool/metrics asks for, ending now.</summary>
/// <param name="Span">Its length.</param>
/// <param name="Fine">In 5-second buckets; otherwise in 5-minute ones.</param>
internal readonly record struct MetricsWindow(TimeSpan Span, bool Fine)
{
    private const int DefaultHours = 1;

    public TimeSpan Bucket => Fine ? HistorySpans.Fine : HistorySpans.Coarse;

    /// <summary>Reads <c>?hours=</c> or <c>?minutes=</c>; notes what is wrong with them.</summary>
    public static MetricsWindow Read(string? hours, string? minutes, ValidationErrors errors)
    {
        var (inHours, inMinutes) = (
            Number("/hours", hours, (int)HistorySpans.CoarseKept.TotalHours, errors),
            Number("/minutes", minutes, (int)HistorySpans.FineKept.TotalMinutes, errors));
        if (hours is not null && minutes is not null)
        {
            errors.Add("/minutes", "cannot be combined with hours: minutes gives 5-second buckets, hours 5-minute ones; ask for one of them");
        }

        return inMinutes is { } fine
            ? new MetricsWindow(TimeSpan.FromMinutes(fine), Fine: true)
            : new MetricsWindow(TimeSpan.FromHours(inHours ?? DefaultHours), Fine: false);
    }

    private static int? Number(string pointer, string? text, int most, ValidationErrors errors)
    {
        if (text is null)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
        {
            return number;
        }

        errors.Add(pointer, $"must be a whole number from 1 to {most}");
        return null;
    }
}
