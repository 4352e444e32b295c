using System.Text;

namespace EdgeGateway.Configuration;

/// <summary>Renders rows as a Markdown table.</summary>
internal static class MarkdownTable
{
    public static string Render(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        AppendRow(text, header);
        AppendRow(text, [.. header.Select(_ => "---")]);
        foreach (var row in rows)
        {
            AppendRow(text, row);
        }
        return text.ToString();
    }

    /// <summary>A value as code; a dash where there is none.</summary>
    public static string Code(string? value) => string.IsNullOrEmpty(value) ? None : $"`{value}`";

    /// <summary>A text as it is; a dash where there is none.</summary>
    public static string Plain(string? value) => string.IsNullOrEmpty(value) ? None : value;

    private const string None = "–";

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|"))).Append(" |\n");
}
