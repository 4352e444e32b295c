using EdgeGateway.LoadTests.Model;
using HdrHistogram;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>
/// What one client's steps came to. Written by its steps, which follow one another; so nothing is locked. Read at the end, and by the line
/// of progress, which may see a count too few.
/// </summary>
internal sealed class Tally
{
    /// <summary>An arrival for which no client was free (<see cref="LoadScenario.OutstandingMax"/>).</summary>
    public const string NotSent = "not sent: every client had a request outstanding";

    /// <summary>Longer latencies are recorded as this: ten minutes, twice the gateway's own request timeout.</summary>
    private static readonly TimeSpan LatencyMax = TimeSpan.FromMinutes(10);

    /// <summary>Reasons that are told apart; a reason that differs with each failure must not fill the memory.</summary>
    private const int ReasonsMax = 50;

    /// <summary>0.1 % of the value.</summary>
    private const int Digits = 3;

    private static readonly double[] CurvePercentiles = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100];

    /// <summary>Latencies in ticks of 100 ns.</summary>
    private readonly IntHistogram _latencies = new(LatencyMax.Ticks, Digits);

    private readonly Dictionary<string, long> _failedByReason = [];

    private long _bytes;

    public long Ok { get; private set; }

    public long Failed { get; private set; }

    public void Add(StepResult result, TimeSpan latency)
    {
        if (!result.IsOk)
        {
            AddFailures(result.FailureReason!, 1);
            return;
        }

        _latencies.RecordValue(Math.Clamp(latency.Ticks, 1, LatencyMax.Ticks));
        _bytes += result.Size;
        Ok++;
    }

    /// <summary>All clients together, and arrivals that no client took.</summary>
    public static Tally Sum(IEnumerable<Tally> tallies, long notSent)
    {
        var sum = new Tally();
        foreach (var tally in tallies)
        {
            sum._latencies.Add(tally._latencies);
            sum._bytes += tally._bytes;
            sum.Ok += tally.Ok;
            foreach (var (reason, count) in tally._failedByReason)
            {
                sum.AddFailures(reason, count);
            }
        }

        if (notSent > 0)
        {
            sum.AddFailures(NotSent, notSent);
        }

        return sum;
    }

    public LoadResult ToResult(TimeSpan duration, LatencyFrom from) => new()
    {
        Ok = Ok,
        FailedByReason = _failedByReason,
        Bytes = _bytes,
        Duration = duration,
        Latency = new(from, At(50), At(75), At(90), At(99), At(99.9), At(100))
        {
            Curve = [.. CurvePercentiles.Select(percentile => new CurvePoint(percentile, At(percentile)))],
        },
    };

    private void AddFailures(string reason, long count)
    {
        var known = _failedByReason.Count < ReasonsMax || _failedByReason.ContainsKey(reason) ? reason : "other reasons";
        _failedByReason[known] = _failedByReason.GetValueOrDefault(known) + count;
        Failed += count;
    }

    private double At(double percentile) => Ok == 0 ? 0 : (double)_latencies.GetValueAtPercentile(percentile) / TimeSpan.TicksPerMillisecond;
}
