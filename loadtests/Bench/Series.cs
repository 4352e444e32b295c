using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>One arm's results, one of each round.</summary>
internal sealed class Series(string name)
{
    private readonly List<LoadResult> _results = [];

    public string Name => name;

    public IReadOnlyList<LoadResult> Results => _results;

    public void Add(LoadResult result) => _results.Add(result);

    public Spread Of(Metric metric) => Spread.Of(_results.Select(metric.Value));

    /// <summary>This arm's value as a multiple of another's, round by round.</summary>
    public Spread RatioTo(Series anchor, Metric metric) =>
        Spread.Of(_results.Zip(anchor._results, (own, other) => metric.Value(own) / metric.Value(other)));

    public long Failed => _results.Sum(result => result.Failed);

    /// <summary>Every reason for a failure, with its count over all rounds.</summary>
    public IEnumerable<(string Reason, long Count)> Failures => _results
        .SelectMany(result => result.FailedByReason)
        .GroupBy(failure => failure.Key, (reason, failures) => (reason, failures.Sum(failure => failure.Value)));

    /// <summary>Thresholds that did not hold in some round.</summary>
    public IEnumerable<string> FailedThresholds => _results.SelectMany(result => result.FailedThresholds).Distinct();
}
