namespace EdgeGateway.LoadTests.Reporting;

/// <summary>The part of loadtests/README.md that is made from results.</summary>
internal static class ReadmeTables
{
    public const string Begin = "<!-- results: written by `dotnet run -c Release --project loadtests -- report` -->";
    public const string End = "<!-- /results -->";

    /// <summary>Replaces what stands between the markers. Throws <see cref="InvalidDataException"/> if there are none.</summary>
    public static string Rewrite(string readme, IReadOnlyList<Report> reports)
    {
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidDataException($"the file needs the two lines {Begin} and {End}");
        }

        var sections = reports.Select(report => $"{MarkdownText.Render(report, level: 3)}\n![{report.Scenario}](results/{report.Scenario}.svg)\n");
        return $"{readme[..begin]}{Begin}\n\n{string.Join('\n', sections)}\n{readme[end..]}";
    }
}
