namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>Cells with a header; the first column is text, the others are figures.</summary>
internal sealed class Table(string title, params IReadOnlyList<string> header)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public string Title { get; } = title;

    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public IEnumerable<string> Lines(bool markdown)
    {
        int[] widths = [.. header.Select((name, column) => Math.Max(name.Length, _rows.Max(row => row[column].Length)))];
        yield return Line(header);
        yield return markdown
            ? $"|{string.Join('|', widths.Select((_, column) => column == 0 ? "---" : "---:"))}|"
            : string.Join("  ", widths.Select(width => new string('-', width)));
        foreach (var row in _rows)
        {
            yield return Line(row);
        }

        string Line(IReadOnlyList<string> cells) => markdown
            ? $"| {string.Join(" | ", cells)} |"
            : string.Join("  ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd();
    }
}
