using EdgeGateway.LoadTests.Reporting;

namespace EdgeGateway.LoadTests.Cli;

/// <summary>For a build server: what cannot be noise ends with 1.</summary>
internal static class Verdict
{
    public static int ExitCode(IReadOnlyList<Report> reports)
    {
        string[] failures =
        [
            .. from report in reports
               from section in report.Sections
               from failure in Failures(section)
               select $"{report.Scenario}, {section.Title}: {failure}",
        ];
        foreach (var failure in failures)
        {
            Console.Error.WriteLine($"gate: {failure}");
        }

        Console.Error.WriteLine(failures.Length == 0 ? "gate: open" : "gate: closed");
        return failures.Length == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Failures(Section section) =>
        section.Findings.Where(finding => !finding.IsWithinGate).Select(finding => $"{finding.Text}: {finding.Ratio?.Median:0.00}{finding.Unit}")
            .Concat(section.FailedThresholds.Select(threshold => $"did not hold: {threshold}"));
}
