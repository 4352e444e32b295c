using System.Globalization;
using System.Security;
using System.Text;

namespace EdgeGateway.LoadTests.Reporting;

/// <summary>Shapes on a white page that grows downwards, legible on a dark one too.</summary>
internal sealed class SvgDrawing
{
    public const double Width = 860;

    /// <summary>Left and right of everything.</summary>
    public const double Margin = 20;

    /// <summary>Told apart by eyes that see no red and green, too (Okabe and Ito).</summary>
    public static readonly IReadOnlyList<string> Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    /// <summary>Bold letters of the widest common sans-serif are 7.9 units wide on average; no viewer's font is known.</summary>
    private const int HeadingCharacters = (int)((Width - (2 * Margin)) / 7.9);

    private const double LineHeight = 16;

    private readonly StringBuilder _shapes = new();

    /// <summary>How far down the page is used.</summary>
    public double Bottom { get; private set; } = Margin;

    /// <summary>Takes the next so many units of the page.</summary>
    /// <returns>Where they begin.</returns>
    public double Take(double height)
    {
        var top = Bottom;
        Bottom += height;
        return top;
    }

    /// <summary>Over as many lines as it takes: what reaches over the edge is not seen.</summary>
    public void Heading(string text)
    {
        var top = Take(30) + 18;
        foreach (var (number, line) in Lines(text).Index())
        {
            Text(Margin, top + (number * LineHeight), line, weight: "bold");
            Take(number == 0 ? 0 : LineHeight);
        }
    }

    public void Line(double x1, double y1, double x2, double y2, string colour, double thickness = 1) => _shapes.Append(
        CultureInfo.InvariantCulture,
        $"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="{colour}" stroke-width="{thickness}"/>""").Append('\n');

    public void Bar(double x, double y, double width, double height, string colour) => _shapes.Append(
        CultureInfo.InvariantCulture,
        $"""<rect x="{x:0.#}" y="{y:0.#}" width="{Math.Max(0, width):0.#}" height="{height:0.#}" fill="{colour}"/>""").Append('\n');

    public void Path(IEnumerable<(double X, double Y)> points, string colour)
    {
        var list = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        _shapes.Append($"""<polyline points="{list}" fill="none" stroke="{colour}" stroke-width="2"/>""").Append('\n');
    }

    /// <param name="x">Of its beginning, middle or end, as the anchor says.</param>
    /// <param name="y">Of its baseline.</param>
    /// <param name="text">Plain.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="weight">normal or bold.</param>
    public void Text(double x, double y, string text, string anchor = "start", string weight = "normal") => _shapes.Append(
        CultureInfo.InvariantCulture,
        $"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" font-weight="{weight}">{SecurityElement.Escape(text)}</text>""").Append('\n');

    private static IEnumerable<string> Lines(string heading)
    {
        while (heading.Length > HeadingCharacters && heading.LastIndexOf(' ', HeadingCharacters) is var end and > 0)
        {
            yield return heading[..end];
            heading = heading[(end + 1)..];
        }

        yield return heading;
    }

    public override string ToString()
    {
        var height = (Bottom + Margin).ToString("0", CultureInfo.InvariantCulture);
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="12" fill="#222">
            <rect width="{Width}" height="{height}" fill="#fff"/>
            {_shapes}</svg>

            """;
    }
}
