using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Reporting;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>A table of which part of an arm's calls came to which endpoint.</summary>
internal static class EndpointShares
{
    public static Section ToSection(
        string title, IReadOnlyList<(string Arm, UpstreamCounts Counts)> arms, int endpoints, IReadOnlyList<Finding> findings) => new()
        {
            Title = title,
            Table = new(
                ["", .. Enumerable.Range(1, endpoints).Select(number => $"endpoint {number}")],
                [.. arms.Select(arm => (string[])[arm.Arm, .. Enumerable.Range(0, endpoints).Select(endpoint => Cell(arm.Counts.ShareOf(endpoint)))])]),
            Findings = findings,
        };

    private static string Cell(IEnumerable<double> shares)
    {
        var spread = Spread.Of(shares);
        return $"{spread.Median:0.0%} ({spread.Min:0.0%}–{spread.Max:0.0%})";
    }
}
