using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>A lease that waits for a person keeps its session, and keeps nobody waiting.</summary>
public sealed class SetAsideTests
{
    [Theory]
    [InlineData(PoolStrategy.Sticky)]
    [InlineData(PoolStrategy.RoundRobin)]
    [InlineData(PoolStrategy.LeastConnections)]
    public async Task Who_asks_meanwhile_is_served_by_another_session(PoolStrategy strategy)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User, Strategy = strategy });
        var waiting = await pool.Lease("ann");

        waiting.SetAside();
        var other = await pool.Call("ann");
        Assert.NotSame(waiting.Session, other);

        waiting.TakeUp();
        pool.Release(waiting);
        Assert.Equal(0, pool.Pool.Stats().InFlight);
    }

    [Fact]
    public async Task Its_session_serves_again_when_it_has_ended()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User, Size = 1, MinSize = 1, MaxSize = 1 });
        var waiting = await pool.Lease("ann");
        waiting.SetAside();
        var asked = pool.Ask("ann");
        Assert.False(asked.IsCompleted);

        waiting.TakeUp();
        pool.Release(waiting);

        var acquired = await asked;
        Assert.Same(waiting.Session, acquired.Lease.Session);
        pool.Release(acquired.Lease);
    }

    [Fact]
    public void Where_sessions_are_shared_another_user_is_served_at_once_too()
    {
        var pool = PoolUnderTest.Stateless();
        Assert.True(pool.Pool.TryAcquire(PoolUnderTest.By("ann"), LeaseMode.Shared).IsHeld);

        Assert.True(pool.Pool.TryPassAtOnce(PoolUnderTest.By("bob"), LeaseMode.Shared, out _));
    }
}
