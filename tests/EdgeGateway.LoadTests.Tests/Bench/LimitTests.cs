using EdgeGateway.LoadTests.Bench;

namespace EdgeGateway.LoadTests.Tests.Bench;

public sealed class LimitTests
{
    [Theory]
    [InlineData(7, true, true)]
    [InlineData(8, false, true)]
    [InlineData(10, false, false)]
    public void The_median_is_judged_and_the_gate_is_wider_than_the_goal(double middle, bool isMet, bool isWithinGate)
    {
        var finding = Limit.AtMost("sessions", [5, middle, 50], goal: 7, gate: 9);

        Assert.Equal((middle, isMet, isWithinGate), (finding.Ratio!.Value.Median, finding.IsMet, finding.IsWithinGate));
    }

    [Fact]
    public void Without_a_gate_nothing_fails()
    {
        var finding = Limit.AtMost("all served", [9], goal: 3, unit: "×");

        Assert.Equal(("all served ≤ 3×", false, true), (finding.Text, finding.IsMet, finding.IsWithinGate));
    }
}
