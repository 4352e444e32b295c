using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Regressions;

/// <summary>pool.md section 7.5: what an operator saves is in force, and costs nobody a session.</summary>
public sealed class SettingsRegressionTests
{
    [Fact]
    public async Task SavedConfigAppliesWithoutReset()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxIdleTime = TimeSpan.FromSeconds(60), CleanupInterval = TimeSpan.FromSeconds(1) });
        var binding = await pool.Bind("ann");
        var running = await pool.Lease("bob");

        pool.Apply(o => o with { Size = 8, Strategy = PoolStrategy.LeastConnections, AcquireTimeout = TimeSpan.FromSeconds(2) });
        Assert.Equal((9, 0L), (pool.Stats.Total, pool.Stats.Destroys));
        pool.Apply(o => o with { Size = 2, MaxSize = 4 });
        Assert.Equal((5, 4), (pool.Stats.Total, pool.Stats.Total - pool.Stats.Bound));
        Assert.False(running.Session.IsClosed || binding.Session.IsClosed);
        pool.Release(running);
        Assert.Same(running.Session, await pool.Call("bob"));
        pool.Pass(70);

        Assert.Equal((2, 9L), (pool.Stats.Total - pool.Stats.Bound, pool.Stats.Creates));
        Assert.False(binding.Ended.IsCancellationRequested);
        pool.Release(PoolUnderTest.Request(binding));
    }

    [Fact]
    public async Task SavedConfigAppliesWithoutReset_ToWhoWaitsAlready()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User, Size = 1, MaxSize = 1 });
        var running = await pool.Lease("ann");
        var waiting = pool.Ask("ann");
        Assert.Equal(1, pool.Stats.Waiting);

        pool.Apply(o => o with { MaxSize = 2 });

        Assert.NotSame(running.Session, (await waiting).Lease.Session);
        Assert.False(running.Session.IsClosed);
    }
}
