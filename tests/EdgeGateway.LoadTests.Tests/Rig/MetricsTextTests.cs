using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Tests.Rig;

public sealed class MetricsTextTests
{
    private const string Text = "# HELP a_total x\n# TYPE a_total counter\na_total 5\na_total_more 7\nb{pool=\"a b}\",x=\"1\"} 1.5 1700000000\nb{pool=\"c\"} 2\n";

    [Theory]
    [InlineData("a_total", 5.0)]
    [InlineData("b", 3.5)]
    [InlineData("c", null)]
    public void Series_of_a_name_are_summed(string name, double? sum) => Assert.Equal(sum, MetricsText.Sum(Text, name));
}
