using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>What works for everybody keeps nothing of whoever was first: no activity, no log scope.</summary>
public sealed class ContextTests
{
    [Fact]
    public void The_pools_timer_does_not_run_in_its_makers_context()
    {
        var clock = new FlowingClock();
        clock.Caller.Value = "who registered the server";
        var pool = new PoolUnderTest(clock: clock);
        clock.Caller.Value = null;

        pool.Pass(1);

        Assert.NotEmpty(clock.Ran);
        Assert.All(clock.Ran, Assert.Null);
    }
}
