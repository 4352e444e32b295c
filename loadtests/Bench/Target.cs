using EdgeGateway.LoadTests.Reporting;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>What one arm has to reach against another: a figure's ratio, taken within each round.</summary>
/// <param name="Metric">The figure.</param>
/// <param name="Of">Name of the arm that is judged.</param>
/// <param name="To">Name of the arm it is held against.</param>
/// <param name="Goal">Ratio to reach: at least, where more is better, otherwise at most.</param>
/// <param name="Gate">Ratio below (above) which a build fails; null if noise alone could do that.</param>
internal sealed record Target(Metric Metric, string Of, string To, double Goal, double? Gate = null)
{
    private string Text => $"{Metric.Name} of {Of} {(Metric.MoreIsBetter ? "≥" : "≤")} {Goal:0.##}× {To}";

    public Finding Judge(Standings standings)
    {
        if (standings.Find(Of) is not { } own || standings.Find(To) is not { } anchor)
        {
            return Finding.NotRun(Text, standings.WhyNotRun(Of) ?? standings.WhyNotRun(To) ?? "no such arm");
        }

        var ratio = own.RatioTo(anchor, Metric);
        return new Finding
        {
            Text = Gate is { } gate ? $"{Text} (gate {gate:0.##}×)" : Text,
            Ratio = ratio,
            Goal = Goal,
            IsMet = Reaches(ratio.Median, Goal),
            IsWithinGate = Gate is not { } limit || Reaches(ratio.Median, limit),
        };
    }

    private bool Reaches(double ratio, double limit) => Metric.MoreIsBetter ? ratio >= limit : ratio <= limit;
}
