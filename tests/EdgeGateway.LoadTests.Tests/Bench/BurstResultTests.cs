using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Tests.Bench;

public sealed class BurstResultTests
{
    [Fact]
    public void Answers_are_in_order_of_time_and_failures_apart()
    {
        var result = new BurstResult();
        foreach (var milliseconds in (int[])[5, 1, 9, 3])
        {
            result.Add(StepResult.Ok(), TimeSpan.FromMilliseconds(milliseconds));
        }

        result.Add(StepResult.Fail("status 503"), TimeSpan.FromMilliseconds(2));

        Assert.Equal([1, 3, 5, 9], result.Served);
        Assert.Equal((3, 9, 1, "status 503"), (result.HalfServed, result.AllServed, result.Failed, result.FailureReason));
    }

    [Fact]
    public void A_burst_of_which_nothing_was_served_took_for_ever()
    {
        Assert.Equal(double.PositiveInfinity, new BurstResult().AllServed);
    }
}
