using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeGateway.LoadTests.Reporting;

/// <summary>The files of a report.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by people too, and never inside HTML
        WriteIndented = true,
    };

    public static void Write(Report report, string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{report.Scenario}.json"), ToJson(report));
        File.WriteAllText(Path.Combine(folder, $"{report.Scenario}.md"), MarkdownText.Render(report));
        File.WriteAllText(Path.Combine(folder, $"{report.Scenario}.svg"), SvgPlot.Render(report));
    }

    /// <summary>Every report of a folder, by name.</summary>
    public static IReadOnlyList<Report> ReadAll(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file => FromJson(File.ReadAllText(file)))]
        : [];

    public static string ToJson(Report report) => JsonSerializer.Serialize(report, Json) + "\n";

    public static Report FromJson(string json) => JsonSerializer.Deserialize<Report>(json, Json)!;
}
