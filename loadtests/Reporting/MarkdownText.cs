using System.Text;

namespace EdgeGateway.LoadTests.Reporting;

/// <summary>A report for people.</summary>
internal static class MarkdownText
{
    /// <param name="report">What to render.</param>
    /// <param name="level">Of its heading.</param>
    public static string Render(Report report, int level = 1)
    {
        var heading = new string('#', level);
        var text = new StringBuilder();
        text.Append($"{heading} {report.Scenario}\n\n**{report.Question}**\n\n{report.Constraints}\n\n```bash\n{report.Command}\n```\n\n");
        foreach (var section in report.Sections)
        {
            text.Append($"{heading}# {section.Title}\n\n");
            Append(text, section.Table.Head, section.Table.Rows);
            if (section.Findings.Count > 0)
            {
                Append(text, ["target", "measured", "min–max", ""], [.. section.Findings.Select(Row)]);
            }

            foreach (var sentence in section.Notes.Concat(section.FailedThresholds.Select(failed => $"**Did not hold** — {failed}.")))
            {
                text.Append($"- {sentence}\n");
            }

            text.Append(section.Notes.Count + section.FailedThresholds.Count > 0 ? "\n" : "");
        }

        text.Append($"{(report.Rounds == 1 ? "One round" : $"Medians of {report.Rounds} rounds, in parentheses the least and the most")}; {report.Date:yyyy-MM-dd}, commit {report.Commit}, load by the {report.Engine} engine. {report.Machine}\n");
        return text.ToString();
    }

    private static string[] Row(Finding finding) => finding.Ratio is { } ratio
        ? [finding.Text, Figure(ratio.Median, finding), $"{Figure(ratio.Min, finding)}–{Figure(ratio.Max, finding)}", Verdict(finding)]
        : [finding.Text, "not run", "", finding.WhyNotRun ?? ""];

    private static string Verdict(Finding finding) => finding.IsMet ? "met" : finding.IsWithinGate ? "not met" : "**not met, gate closed**";

    private static string Figure(double value, Finding finding) => $"{(finding.Unit == "×" ? $"{value:0.00}" : SectionOf.Figure(value))}{finding.Unit}";

    private static void Append(StringBuilder text, IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        text.Append($"| {string.Join(" | ", head)} |\n|{string.Join('|', head.Select((_, column) => column == 0 ? "---" : "---:"))}|\n");
        foreach (var row in rows)
        {
            text.Append($"| {string.Join(" | ", row)} |\n");
        }

        text.Append('\n');
    }
}
