namespace EdgeGateway.LoadTests.Reporting;

/// <summary>A report's plots below each other: for each section its ratios as bars with their spread, its latencies by percentile, its bursts over time.</summary>
internal static class SvgPlot
{
    public static string Render(Report report)
    {
        var drawing = new SvgDrawing();
        drawing.Heading($"{report.Scenario}: {report.Question}");
        foreach (var section in report.Sections)
        {
            drawing.Heading(section.Title);
            BarPlot.Draw(drawing, section.Findings);
            CurvePlot.Draw(drawing, section.Curves);
            ServedPlot.Draw(drawing, section.Served);
            if (section.Timeline is { } timeline)
            {
                TimelinePlot.Draw(drawing, timeline);
            }
        }

        return drawing.ToString();
    }
}
