using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>What each of several upstreams saw while one arm ran, warm-up included, round by round.</summary>
internal sealed class UpstreamCounts(IReadOnlyList<MockUpstream> upstreams, CancellationToken cancellationToken)
{
    private readonly List<MockCounts[]> _rounds = [];

    /// <summary>Handshakes of all upstreams, a value for each round.</summary>
    public IEnumerable<double> Handshakes => _rounds.Select(round => (double)round.Sum(counts => counts.Handshakes));

    /// <summary>The most calls one session had at once.</summary>
    public IEnumerable<double> CallsInSessionMost => _rounds.Select(round => (double)round.Max(counts => counts.CallsInSessionMost));

    public async Task BeginAsync(CancellationToken ends)
    {
        foreach (var upstream in upstreams)
        {
            await upstream.ResetCountsAsync(ends);
        }
    }

    public async Task EndAsync() => _rounds.Add(await Task.WhenAll(upstreams.Select(upstream => upstream.CountsAsync(cancellationToken))));

    /// <summary>The part of the calls that came to one upstream: 0 to 1.</summary>
    public IEnumerable<double> ShareOf(int upstream) =>
        _rounds.Select(round => (double)round[upstream].Calls / round.Sum(counts => counts.Calls));

    /// <summary>Calls at each upstream, a list for each round.</summary>
    public IEnumerable<IReadOnlyList<long>> Calls => _rounds.Select(round => round.Select(counts => counts.Calls).ToList());
}
