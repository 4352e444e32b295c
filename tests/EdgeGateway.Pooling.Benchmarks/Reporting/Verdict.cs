using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>One table against its targets: a line for each target, a column for each of ours.</summary>
internal sealed class Verdict
{
    private readonly string _title;
    private readonly List<Series> _ours;
    private readonly List<(string Text, Finding[] Findings)> _lines = [];

    private Verdict(Standings standings)
    {
        _title = standings.Title;
        _ours = [.. standings.Series.Where(series => Targets.Ours.Contains(series.Name))];
    }

    /// <summary>What the gate does not let pass.</summary>
    public List<string> Failures { get; } = [];

    /// <param name="standings">What was measured.</param>
    /// <param name="targets">Ratios to reach.</param>
    /// <param name="gates">Whether the ratios count for the gate. What two do at once depends too much on what else the machine does.</param>
    /// <param name="allocates">Whether allocating is allowed: somebody who waits has to be remembered.</param>
    public static Verdict On(Standings standings, IReadOnlyList<Target> targets, bool gates, bool allocates)
    {
        var verdict = new Verdict(standings);
        foreach (var target in targets)
        {
            verdict.Judge(target.Text, gates, series => target.Judge(series, standings));
        }

        if (!allocates)
        {
            verdict.Judge("0 B allocated", gates: true, series => new(
                $"{(series.IsFreeOfAllocations ? 0 : series.Bytes):0.##} B", series.IsFreeOfAllocations, series.IsFreeOfAllocations));
        }

        return verdict;
    }

    public Table ToTable()
    {
        var table = new Table($"Targets. {_title}", ["target", .. _ours.Select(series => series.Name)]);
        foreach (var (text, findings) in _lines)
        {
            table.Add([text, .. findings.Select(finding => finding.ToString())]);
        }

        return table;
    }

    private void Judge(string text, bool gates, Func<Series, Finding> judge)
    {
        var findings = _ours.ConvertAll(series => judge(series)).ToArray();
        _lines.Add((text, findings));
        if (gates)
        {
            Failures.AddRange(_ours.Zip(findings).Where(pair => !pair.Second.IsClose)
                .Select(pair => $"{_title}: {pair.First.Name}: {text}: {pair.Second.Measured}"));
        }
    }
}
