namespace EdgeGateway.LoadTests.Reporting;

/// <summary>How many calls of a burst were served, over time. Both scales are even.</summary>
internal static class ServedPlot
{
    private const double Height = 240;
    private const double Left = SvgDrawing.Margin + 50;
    private const double Right = SvgDrawing.Width - 190;
    private const double AxisHeight = 30;
    private const int Marks = 5;
    private const string Grid = "#ddd";

    public static void Draw(SvgDrawing drawing, IReadOnlyList<ServedCurve> curves)
    {
        var longest = curves.SelectMany(curve => curve.Milliseconds).DefaultIfEmpty().Max();
        if (longest <= 0)
        {
            return;
        }

        var most = curves.Max(curve => curve.Milliseconds.Count);
        var top = drawing.Take(Height + AxisHeight) + 10;
        var bottom = top + Height - 10;
        double X(double milliseconds) => Left + (milliseconds / longest * (Right - Left));
        double Y(double served) => bottom - (served / most * (bottom - top));

        for (var mark = 0; mark <= Marks; mark++)
        {
            var (time, served) = (longest * mark / Marks, (double)most * mark / Marks);
            drawing.Line(X(time), top, X(time), bottom, Grid);
            drawing.Text(X(time), bottom + 16, $"{time:0} ms", "middle");
            drawing.Line(Left, Y(served), Right, Y(served), Grid);
            drawing.Text(Left - 6, Y(served) + 4, $"{served:0}", "end");
        }

        foreach (var (index, curve) in curves.Index())
        {
            var colour = SvgDrawing.Colours[index % SvgDrawing.Colours.Count];
            drawing.Path(Steps(curve.Milliseconds).Select(point => (X(point.Time), Y(point.Served))), colour);
            drawing.Bar(Right + 14, top + (index * 20), 12, 12, colour);
            drawing.Text(Right + 32, top + (index * 20) + 11, curve.Arm);
        }
    }

    /// <summary>Level until the next one is served.</summary>
    private static IEnumerable<(double Time, int Served)> Steps(IReadOnlyList<double> times)
    {
        yield return (0, 0);
        foreach (var (before, time) in times.Index())
        {
            yield return (time, before);
            yield return (time, before + 1);
        }
    }
}
