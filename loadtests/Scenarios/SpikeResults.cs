using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Reporting;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>The bursts of every arm, round by round.</summary>
internal sealed class SpikeResults
{
    private readonly Dictionary<string, List<(double Sessions, BurstResult Burst)>> _arms = [];

    /// <param name="arm">Name.</param>
    /// <param name="sessions">Open at the end, or opened on the way.</param>
    /// <param name="burst">How it went.</param>
    public void Add(string arm, double sessions, BurstResult burst)
    {
        if (!_arms.TryGetValue(arm, out var rounds))
        {
            _arms[arm] = rounds = [];
        }

        rounds.Add((sessions, burst));
    }

    public IEnumerable<double> SessionsOf(string arm) => _arms[arm].Select(round => round.Sessions);

    /// <summary>Until everybody was served, as a multiple of another arm's, round by round.</summary>
    public IEnumerable<double> TimesOf(string arm, string anchor) =>
        _arms[arm].Zip(_arms[anchor], (own, other) => own.Burst.AllServed / other.Burst.AllServed);

    public Section ToSection(string title, IReadOnlyList<Finding> findings) => new()
    {
        Title = title,
        Table = new(
            ["", "sessions", "half served ms", "all served ms", "failed"],
            [.. _arms.Select(arm => Row(arm.Key, arm.Value))]),
        Findings = findings,
        Notes =
        [
            "Sessions: those that were warm, and those opened because of the spike.",
            .. _arms.SelectMany(arm => arm.Value.Where(round => round.Burst.Failed > 0).Select(round => $"{arm.Key} failed {round.Burst.Failed} times: {round.Burst.FailureReason}.")),
        ],
        FailedThresholds = [.. _arms.Where(arm => arm.Value.Exists(round => round.Burst.Failed > 0)).Select(arm => $"{arm.Key}: no call fails")],
        Served = [.. _arms.Select(arm => new ServedCurve(arm.Key, Middle(arm.Value).Served))],
    };

    private static string[] Row(string name, List<(double Sessions, BurstResult Burst)> rounds) =>
    [
        name,
        SectionOf.Cell(Spread.Of(rounds.Select(round => round.Sessions))),
        SectionOf.Cell(Spread.Of(rounds.Select(round => round.Burst.HalfServed))),
        SectionOf.Cell(Spread.Of(rounds.Select(round => round.Burst.AllServed))),
        $"{rounds.Sum(round => round.Burst.Failed)}",
    ];

    /// <summary>The round with the median time.</summary>
    private static BurstResult Middle(List<(double Sessions, BurstResult Burst)> rounds) =>
        rounds.Select(round => round.Burst).OrderBy(burst => burst.AllServed).ElementAt(rounds.Count / 2);
}
