namespace EdgeGateway.LoadTests.Reporting;

/// <summary>Findings as bars: the median, a line from the least to the most, and a mark where the goal is.</summary>
internal static class BarPlot
{
    private const double Row = 26;
    private const double Thickness = 14;
    private const double Left = 380;
    private const double Right = SvgDrawing.Width - SvgDrawing.Margin - 60;
    private const string Met = "#009E73";
    private const string NotMet = "#D55E00";
    private const string Ink = "#222";

    public static void Draw(SvgDrawing drawing, IReadOnlyList<Finding> findings)
    {
        var measured = findings.Where(finding => finding.Ratio is not null).ToList();
        if (measured.Count == 0)
        {
            return;
        }

        var most = measured.Max(finding => Math.Max(finding.Ratio!.Value.Max, finding.Goal ?? 0));
        foreach (var finding in measured)
        {
            DrawRow(drawing, drawing.Take(Row), finding, value => Left + (value / most * (Right - Left)));
        }

        drawing.Take(Row / 2);
    }

    private static void DrawRow(SvgDrawing drawing, double top, Finding finding, Func<double, double> x)
    {
        var (ratio, middle) = (finding.Ratio!.Value, top + (Row / 2));
        drawing.Text(Left - 8, middle + 4, finding.Text, "end");
        drawing.Bar(Left, middle - (Thickness / 2), x(ratio.Median) - Left, Thickness, finding.IsMet ? Met : NotMet);
        drawing.Line(x(ratio.Min), middle, x(ratio.Max), middle, Ink);
        if (finding.Goal is { } goal)
        {
            drawing.Line(x(goal), middle - (Row / 2) + 1, x(goal), middle + (Row / 2) - 1, Ink, 2);
        }

        drawing.Text(Right + 6, middle + 4, $"{ratio.Median:0.00}{finding.Unit}");
    }
}
