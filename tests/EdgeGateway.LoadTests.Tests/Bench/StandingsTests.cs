using EdgeGateway.LoadTests.Bench;

namespace EdgeGateway.LoadTests.Tests.Bench;

public sealed class StandingsTests
{
    [Fact]
    public void A_median_has_the_least_and_the_most_beside_it()
    {
        Assert.Equal(new Spread(3, 1, 9), Spread.Of([9, 1, 3]));
        Assert.Equal(new Spread(2.5, 1, 9), Spread.Of([9, 1, 3, 2]));
    }

    [Fact]
    public void A_ratio_is_taken_within_a_round()
    {
        // The machine was ten times as slow in the second round; the ratio does not notice.
        var (ours, theirs) = (Results.Series("ours", 100, 10, 90), Results.Series("theirs", 200, 20, 100));

        Assert.Equal(new Spread(0.5, 0.5, 0.9), ours.RatioTo(theirs, Metric.PerSecond));
    }

    [Theory]
    [InlineData(95, false, true)]
    [InlineData(100, true, true)]
    [InlineData(79, false, false)]
    public void More_calls_are_better_and_the_gate_is_wider_than_the_goal(double perSecond, bool isMet, bool isWithinGate)
    {
        var standings = new Standings("t", [Results.Series("ours", perSecond), Results.Series("theirs", 100)], []);

        var finding = new Target(Metric.PerSecond, "ours", "theirs", Goal: 1, Gate: 0.8).Judge(standings);

        Assert.Equal((isMet, isWithinGate), (finding.IsMet, finding.IsWithinGate));
    }

    [Theory]
    [InlineData(1.2, true)]
    [InlineData(1.3, false)]
    public void Less_latency_is_better_and_without_a_gate_nothing_fails(double milliseconds, bool isMet)
    {
        var standings = new Standings("t", [Results.Series("ours", 1, p50: milliseconds), Results.Series("theirs", 1, p50: 1)], []);

        var finding = new Target(Metric.P50, "ours", "theirs", Goal: 1.2).Judge(standings);

        Assert.Equal((isMet, true), (finding.IsMet, finding.IsWithinGate));
    }

    [Fact]
    public void What_did_not_run_is_named_and_closes_no_gate()
    {
        var standings = new Standings("t", [Results.Series("ours", 1)], [new Arm("nginx", null, "nginx is missing")]);

        var finding = new Target(Metric.PerSecond, "ours", "nginx", Goal: 1, Gate: 0.8).Judge(standings);

        Assert.Equal((null, "nginx is missing", true), (finding.Ratio, finding.WhyNotRun, finding.IsWithinGate));
    }
}
