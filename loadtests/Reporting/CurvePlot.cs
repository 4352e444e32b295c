namespace EdgeGateway.LoadTests.Reporting;

/// <summary>Latency by percentile: the tail stretched, so that each further nine has the same width; milliseconds on a logarithmic scale.</summary>
internal static class CurvePlot
{
    private const double Height = 240;
    private const double Left = SvgDrawing.Margin + 50;
    private const double Right = SvgDrawing.Width - 190;
    private const double AxisHeight = 30;
    private const string Grid = "#ddd";

    private static readonly double[] Marks = [0, 50, 90, 99, 99.9, 99.99];

    public static void Draw(SvgDrawing drawing, IReadOnlyList<Curve> curves)
    {
        var values = curves.SelectMany(curve => curve.Points).Select(point => point.Milliseconds).Where(value => value > 0).ToList();
        if (values.Count == 0)
        {
            return;
        }

        var (least, most) = (Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())));
        most = Math.Max(most, least + 1);
        var top = drawing.Take(Height + AxisHeight) + 10;
        var bottom = top + Height - 10;
        double Y(double milliseconds) => bottom - ((Math.Log10(milliseconds) - least) / (most - least) * (bottom - top));

        foreach (var mark in Marks)
        {
            drawing.Line(X(mark), top, X(mark), bottom, Grid);
            drawing.Text(X(mark), bottom + 16, $"p{mark}", "middle");
        }

        for (var power = least; power <= most; power++)
        {
            drawing.Line(Left, Y(Math.Pow(10, power)), Right, Y(Math.Pow(10, power)), Grid);
            drawing.Text(Left - 6, Y(Math.Pow(10, power)) + 4, $"{Math.Pow(10, power):0.###} ms", "end");
        }

        foreach (var (index, curve) in curves.Index())
        {
            var colour = SvgDrawing.Colours[index % SvgDrawing.Colours.Count];
            drawing.Path(curve.Points.Where(point => point.Milliseconds > 0 && point.Percentile <= Marks[^1]).Select(point => (X(point.Percentile), Y(point.Milliseconds))), colour);
            drawing.Bar(Right + 14, top + (index * 20), 12, 12, colour);
            drawing.Text(Right + 32, top + (index * 20) + 11, curve.Arm);
        }
    }

    /// <summary>0 at p0, then one step for each nine.</summary>
    private static double X(double percentile) => Left + (-Math.Log10(1 - (percentile / 100)) / 4 * (Right - Left));
}
