using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.Pooling;
using Xunit;
using static EdgeGateway.Tests.Metrics.Samples;

namespace EdgeGateway.Tests.Metrics;

public sealed class StrategyAdviceTests
{
    private static readonly PoolBucket Quiet = Bucket(Noon) with
    {
        Acquisitions = 0,
        Healthy = 0,
        Faulty = 0,
        Timeouts = 0,
        Rejections = 0,
        Waits = DurationCounts.None,
        Uses = DurationCounts.None,
    };

    private static readonly StrategyEvidence Nothing = new()
    {
        Current = PoolStrategy.RoundRobin,
        StateSeen = false,
        Bound = 0,
        Endpoints = 1,
        IsTimed = true,
        Past = Quiet,
    };

    [Fact]
    public void State_comes_before_all_else()
    {
        var advice = StrategyAdvice.Of(Nothing with { StateSeen = true, Bound = 12, Endpoints = 3, Past = Failing(50) with { Uses = Durations([.. Times(90, 10), .. Times(10, 5000)]) } });

        Assert.Equal(PoolStrategy.Sticky, advice.Recommended);
        Assert.Equal(
            "The upstream keeps state per session, as its handshake shows; 12 sessions are bound to a client now. Sticky brings a caller back to the session that holds its state.",
            advice.Reason);
        Assert.InRange(advice.Confidence, 0.7, 0.8);
        Assert.Equal(0.5, StrategyAdvice.Of(Nothing with { StateSeen = true }).Confidence);
    }

    [Fact]
    public void Failures_come_before_durations_where_there_is_another_endpoint()
    {
        var slow = Failing(11) with { Uses = Durations([.. Times(90, 10), .. Times(10, 5000)]) };

        var several = StrategyAdvice.Of(Nothing with { Endpoints = 2, Past = slow });
        var single = StrategyAdvice.Of(Nothing with { Endpoints = 1, Past = slow });

        Assert.Equal(PoolStrategy.Weighted, several.Recommended);
        Assert.StartsWith("11 % of 100 answers were failures, more than 10 %. With 2 endpoints, weighted sends less to those that fail", several.Reason);
        Assert.Equal(0.5, several.Confidence);
        Assert.Equal(PoolStrategy.LeastConnections, single.Recommended);
        Assert.Contains("(100 calls; 11 % of 100 answers were failures, but there is no second endpoint to turn to)", single.Reason);
    }

    [Theory]
    [InlineData(10, PoolStrategy.RoundRobin)]
    [InlineData(11, PoolStrategy.Weighted)]
    public void More_than_a_tenth_has_to_fail(int faulty, PoolStrategy recommended) =>
        Assert.Equal(recommended, StrategyAdvice.Of(Nothing with { Endpoints = 2, Past = Failing(faulty) }).Recommended);

    [Fact]
    public void Uneven_calls_want_least_connections()
    {
        var advice = StrategyAdvice.Of(Nothing with { Past = Quiet with { Uses = Durations([.. Times(290, 10), .. Times(10, 300)]) } });

        Assert.Equal(PoolStrategy.LeastConnections, advice.Recommended);
        Assert.Matches(@"^p99 of use is [0-9.]+ ms and p50 [0-9.]+ ms, (29|3[01])(\.\d)? times as long, more than 5 times \(300 calls\)\. Least", advice.Reason);
        Assert.Equal(0.75, advice.Confidence);
    }

    [Fact]
    public void Slow_calls_want_least_connections()
    {
        var advice = StrategyAdvice.Of(Nothing with { Past = Quiet with { Uses = Durations(Times(20, 1001)) } });

        Assert.Equal(PoolStrategy.LeastConnections, advice.Recommended);
        Assert.StartsWith("Calls take 1001 ms on average, more than 1 s (20 calls). Least", advice.Reason);
        Assert.Equal(PoolStrategy.RoundRobin, StrategyAdvice.Of(Nothing with { Past = Quiet with { Uses = Durations(Times(20, 1000)) } }).Recommended);
    }

    [Fact]
    public void Even_calls_want_round_robin()
    {
        var advice = StrategyAdvice.Of(Nothing with { Current = PoolStrategy.LeastConnections, Past = Quiet with { Uses = Durations(Times(100, 20)) } });

        Assert.Equal(PoolStrategy.RoundRobin, advice.Recommended);
        Assert.Matches(@"^Calls are even: p99 of use is ([0-9.]+) ms and p50 \1 ms, 1 times as long, 20 ms on average \(100 calls\)\. Taking turns is enough\.$", advice.Reason);
    }

    [Fact]
    public void Too_few_samples_are_said_and_weigh_little()
    {
        var none = StrategyAdvice.Of(Nothing);
        var few = StrategyAdvice.Of(Nothing with { Endpoints = 2, Past = Quiet with { Faulty = 9, Uses = Durations(Times(9, 5000)) } });

        Assert.Equal((PoolStrategy.RoundRobin, 0.0), (none.Recommended, none.Confidence));
        Assert.Equal("Too few samples: 0 calls have ended in the last hour, and 10 are the least that say something. Round robin is right until there are more.", none.Reason);
        Assert.Equal(PoolStrategy.RoundRobin, few.Recommended);
        Assert.Contains("9 calls have ended", few.Reason);
        Assert.InRange(few.Confidence, 0.01, 0.1);
    }

    [Fact]
    public void Without_measurements_it_names_the_setting() =>
        Assert.Contains("SESSION_POOL_METRICS_ENABLED=false, so there are too few samples", StrategyAdvice.Of(Nothing with { IsTimed = false, Past = Quiet with { Acquisitions = 500 } }).Reason);

    [Fact]
    public void Confidence_grows_with_the_number_of_samples_and_never_reaches_one()
    {
        var confidences = new[] { 10, 100, 1000, 100_000 }.Select(calls =>
            StrategyAdvice.Of(Nothing with { Past = Quiet with { Uses = Durations(Times(calls, 20)) } }).Confidence).ToList();

        Assert.Equal(confidences.Order().Distinct(), confidences);
        Assert.All(confidences, confidence => Assert.InRange(confidence, 0.05, 0.9999));
    }

    private static PoolBucket Failing(int percent) =>
        Quiet with { Acquisitions = 100, Healthy = 100 - percent, Faulty = percent, Uses = Durations(Times(100, 20)) };
}
