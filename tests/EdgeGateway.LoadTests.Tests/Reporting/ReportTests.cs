using System.Xml.Linq;
using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Cli;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Tests.Bench;

namespace EdgeGateway.LoadTests.Tests.Reporting;

public sealed class ReportTests
{
    [Fact]
    public void Markdown_shows_every_arm_target_and_what_did_not_run()
    {
        var text = MarkdownText.Render(Report());

        Assert.Contains("| ours | 90.0 (80.0–90.0) | 1.00 (1.00–1.00) | 2.00 (2.00–2.00) | 3.00 (3.00–3.00) | 0 |", text, StringComparison.Ordinal);
        Assert.Contains("| nginx | not run: it is missing |", text, StringComparison.Ordinal);
        Assert.Contains("| calls/s of ours ≥ 1× theirs (gate 0.8×) | 0.90× | 0.80×–0.90× | not met |", text, StringComparison.Ordinal);
        Assert.Contains("| calls/s of ours ≥ 1× nginx | not run |  | it is missing |", text, StringComparison.Ordinal);
        Assert.Contains("service time", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_keeps_all_of_it()
    {
        var report = Report();

        var read = ReportFiles.FromJson(ReportFiles.ToJson(report));

        Assert.Equal(MarkdownText.Render(report), MarkdownText.Render(read));
        Assert.Equal(SvgPlot.Render(report), SvgPlot.Render(read));
    }

    [Fact]
    public void The_plot_is_well_formed_and_escapes_what_it_says()
    {
        var svg = XDocument.Parse(SvgPlot.Render(Report() with { Question = "<&>" }));

        Assert.Contains(svg.Descendants(), element => element.Value.Contains("<&>", StringComparison.Ordinal));
        Assert.Contains(svg.Descendants(), element => element.Name.LocalName == "polyline");
    }

    [Fact]
    public void A_long_question_is_drawn_over_several_lines_and_nothing_over_them()
    {
        const string Question = "Fifty clients call at once and five sessions are warm: how many more does each strategy open, and how long does the last of them wait?";
        var (plain, wrapped) = (Headings(Report()), Headings(Report() with { Question = Question }));

        Assert.Equal($"{Report().Scenario}: {Question}", string.Join(' ', wrapped[..2].Select(line => line.Text)));
        Assert.All(wrapped, line => Assert.InRange(line.Text.Length * 7.5, 0, SvgDrawing.Width - (2 * SvgDrawing.Margin)));
        Assert.Equal(plain[1].Y - plain[0].Y, wrapped[2].Y - wrapped[1].Y);
    }

    [Fact]
    public void A_burst_is_drawn_as_steps_over_time()
    {
        var report = Report();
        var section = report.Sections[0] with { Curves = [], Served = [new ServedCurve("ours", [10, 20, 40])] };

        var line = XDocument.Parse(SvgPlot.Render(report with { Sections = [section] })).Descendants().Single(element => element.Name.LocalName == "polyline");

        // The beginning, and two corners for each answer.
        Assert.Equal(7, line.Attribute("points")!.Value.Split(' ').Length);
    }

    [Fact]
    public void The_readme_is_rewritten_between_its_markers_only()
    {
        var readme = $"before\n{ReadmeTables.Begin}\nold\n{ReadmeTables.End}\nafter\n";

        var rewritten = ReadmeTables.Rewrite(readme, [Report()]);

        Assert.StartsWith($"before\n{ReadmeTables.Begin}\n\n### steady\n", rewritten, StringComparison.Ordinal);
        Assert.EndsWith($"{ReadmeTables.End}\nafter\n", rewritten, StringComparison.Ordinal);
        Assert.DoesNotContain("old", rewritten, StringComparison.Ordinal);
        Assert.Equal(rewritten, ReadmeTables.Rewrite(rewritten, [Report()]));
        Assert.Throws<InvalidDataException>(() => ReadmeTables.Rewrite("no markers", []));
    }

    [Fact]
    public void The_gate_closes_on_what_is_missed_by_far_and_on_thresholds()
    {
        var report = Report();
        var section = report.Sections[0];

        Assert.Equal(0, Verdict.ExitCode([report]));
        Assert.Equal(1, Verdict.ExitCode([report with { Sections = [section with { FailedThresholds = ["ours: no call fails"] }] }]));
        Assert.Equal(1, Verdict.ExitCode([report with { Sections = [section with { Findings = [section.Findings[0] with { IsWithinGate = false }] }] }]));
    }

    private static List<(string Text, double Y)> Headings(Report report) =>
    [
        .. from text in XDocument.Parse(SvgPlot.Render(report)).Descendants()
           where (string?)text.Attribute("font-weight") == "bold"
           select (text.Value, (double)text.Attribute("y")!),
    ];

    private static Report Report()
    {
        var standings = new Standings("1 client", [Results.Series("ours", 90, 80, 90), Results.Series("theirs", 100, 100, 100)], [new Arm("nginx", null, "it is missing")]);
        Target[] targets = [new(Metric.PerSecond, "ours", "theirs", Goal: 1, Gate: 0.8), new(Metric.PerSecond, "ours", "nginx", Goal: 1)];
        return new Report
        {
            Scenario = "steady",
            Question = "How fast?",
            Constraints = "None.",
            Command = "run",
            Date = new DateTimeOffset(2026, 7, 28, 0, 0, 0, TimeSpan.Zero),
            Commit = "abc",
            Machine = "A machine.",
            Engine = "embedded",
            Rounds = 3,
            Sections = [SectionOf.Standings(standings, targets, [])],
        };
    }
}
