using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Reporting;

namespace EdgeGateway.LoadTests.Tests.Reporting;

public sealed class FindingTests
{
    [Theory]
    [InlineData(900, true, true)]
    [InlineData(1100, false, true)]
    [InlineData(2100, false, false)]
    public void A_figure_is_held_against_its_goal_and_its_gate(double measured, bool isMet, bool isWithinGate)
    {
        var finding = Finding.AtMost("bytes", Spread.Of([measured]), " B", goal: 1024, gate: 2048);

        Assert.Equal((isMet, isWithinGate), (finding.IsMet, finding.IsWithinGate));
    }

    [Fact]
    public void Without_a_gate_nothing_fails_a_build() => Assert.True(Finding.AtMost("bytes", Spread.Of([9000.0]), " B", goal: 1024).IsWithinGate);
}
