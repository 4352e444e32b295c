namespace EdgeGateway.LoadTests.Reporting;

/// <summary>A figure over the time of one run, from zero, so that a slope looks as steep as it is.</summary>
internal static class TimelinePlot
{
    private const double Height = 200;
    private const double Left = SvgDrawing.Margin + 50;
    private const double Right = SvgDrawing.Width - SvgDrawing.Margin;
    private const double AxisHeight = 30;
    private const int Parts = 4;
    private const string Grid = "#ddd";

    public static void Draw(SvgDrawing drawing, Timeline timeline)
    {
        if (timeline.Points.Count == 0)
        {
            return;
        }

        var (end, most) = (timeline.Points[^1].Seconds, timeline.Points.Max(point => point.Value) * 1.1);
        var top = drawing.Take(Height + AxisHeight) + 10;
        var bottom = top + Height - 10;
        double X(double seconds) => Left + (seconds / end * (Right - Left));
        double Y(double value) => bottom - (value / most * (bottom - top));
        for (var part = 0; part <= Parts; part++)
        {
            var (seconds, value) = (end * part / Parts, most * part / Parts);
            drawing.Line(X(seconds), top, X(seconds), bottom, Grid);
            drawing.Text(X(seconds), bottom + 16, $"{seconds / 60:0.#} min", part == Parts ? "end" : "middle");
            drawing.Line(Left, Y(value), Right, Y(value), Grid);
            drawing.Text(Left - 6, Y(value) + 4, $"{value:0}", "end");
        }

        drawing.Path(timeline.Points.Select(point => (X(point.Seconds), Y(point.Value))), SvgDrawing.Colours[0]);
        drawing.Text(Right, top - 2, timeline.Unit, "end");
    }
}
