using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Regressions;

/// <summary>pool.md section 7.5: what somebody holds or waits for is his, whatever others do.</summary>
public sealed class LeaseRegressionTests
{
    /// <summary>One caller leaves the line, one gives up a request that runs: the others get what they would have got.</summary>
    [Fact]
    public async Task CancelDoesNotCrossCallers()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, MaxSize = 2 });
        var lease = await pool.Lease("ann");
        var bobs = await pool.Lease("bob");
        using var leaving = new CancellationTokenSource();
        var first = pool.AskUntil(leaving.Token, PoolUnderTest.By("ann"));
        var second = pool.Ask("ann");
        var third = pool.Ask("bob");

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal((1L, 2, 2), (pool.Stats.Cancellations, pool.Stats.Waiting, pool.Stats.InFlight));
        Assert.False(lease.Session.IsClosed || bobs.Session.IsClosed);

        pool.Release(lease);
        Assert.Same(lease.Session, (await second).Lease.Session);
        Assert.Equal((1, 2), (pool.Stats.Waiting, pool.Stats.InFlight));

        pool.Release(bobs, LeaseOutcome.CallerCancelled);
        var next = (await third).Lease.Session;
        Assert.NotSame(bobs.Session, next);
        Assert.Equal((true, false, false), (bobs.Session.IsClosed, lease.Session.IsClosed, next.IsClosed));
        Assert.Equal((1L, 0, 2), (pool.Stats.Cancellations, pool.Stats.Waiting, pool.Stats.InFlight));
    }

    /// <summary>The token fires while the grant is on its way: decided, not yet seen by the caller.</summary>
    [Fact]
    public async Task CancelAfterGrantReturnsPermit()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1, Isolation = Isolation.Shared, MaxConcurrency = 1 });
        var lease = await pool.Lease("ann");
        using var leaving = new CancellationTokenSource();
        var waiting = pool.AskUntil(leaving.Token, PoolUnderTest.By("ann"));
        using var registered = leaving.Token.Register(() => pool.Release(lease, LeaseOutcome.ServerFault));
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((0, 1, 0, 0L), (pool.Stats.InFlight, pool.Stats.Available, pool.Stats.Waiting, pool.Stats.Cancellations));
        Assert.Equal(pool.Stats.Acquisitions, pool.Stats.Releases);

        // It proves nothing: the one outcome there was is the fault before.
        Assert.Equal(0, pool.Pool.Sessions().Single().SuccessRate);
        await pool.Call("ann");
    }

    [Fact]
    public async Task DrainCutsNoLease()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, MaxSize = 2 });
        var binding = await pool.Bind("ann");
        var bound = PoolUnderTest.Request(binding);
        var first = await pool.Lease("ann");
        var second = await pool.Lease("ann");
        var waiting = pool.Ask("ann");

        Assert.True(pool.Pool.TryDrain(TimeSpan.FromSeconds(30)));
        pool.Run();

        Assert.Equal("draining", (await waiting).Refusal!.Reason);
        Assert.Equal(Rejection.Draining, (await pool.Ask("ann")).Refusal!.Rejection);
        Assert.Equal(Rejection.Draining, (await pool.AskBind(PoolUnderTest.By("ann"))).Refusal!.Rejection);
        Assert.False(pool.Pool.TryDrain(TimeSpan.FromSeconds(1)));
        Assert.Equal((PoolStatus.Draining, 3, 3), (pool.Stats.Status, pool.Stats.Draining, pool.Stats.Total));
        pool.Pass(29.9);
        Assert.False(first.Session.IsClosed || second.Session.IsClosed || bound.Session.IsClosed || pool.Pool.Drained.IsCompleted);
        pool.Release(first);
        Assert.True(first.Session.IsClosed);
        pool.Pass(0.2);

        Assert.True(second.Session.IsClosed && bound.Session.IsClosed && pool.Pool.Drained.IsCompleted);
        Assert.Equal((PoolStatus.Drained, 0, 0, 100), (pool.Stats.Status, pool.Stats.Total, pool.Cap.Open, pool.Stats.HealthScore));
        pool.Release(second);
        pool.Release(bound);
        Assert.Equal((0, 3L, 3L), (pool.Stats.InFlight, pool.Stats.Acquisitions, pool.Stats.Releases));
    }
}
