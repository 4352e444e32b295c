using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>A lease of one very session, for what only that session knows.</summary>
public sealed class OwnerLeaseTests
{
    [Fact]
    public async Task It_stands_beside_whatever_runs_there()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var running = await pool.Lease("ann");

        var beside = pool.Pool.TryAcquire(PoolUnderTest.By("ann"), running.Session);

        Assert.True(beside.IsHeld);
        Assert.Same(running.Session, beside.Session);
        Assert.Equal(2, pool.Pool.Stats().InFlight);
        pool.Release(running);
        Assert.Equal(1, pool.Pool.Stats().InFlight);
        pool.Release(beside);
        Assert.Equal(0, pool.Pool.Stats().InFlight);
    }

    [Fact]
    public async Task Another_user_gets_none()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var session = await pool.Call("ann");
        await pool.Call("bob");

        Assert.False(pool.Pool.TryAcquire(PoolUnderTest.By("bob"), session).IsHeld);
        Assert.True(pool.Pool.TryAcquire(PoolUnderTest.By("ann"), session).IsHeld);
    }

    [Fact]
    public async Task Where_sessions_are_shared_whoever_asks_gets_one()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Shared });
        var session = await pool.Call("ann");

        Assert.True(pool.Pool.TryAcquire(PoolUnderTest.By("bob"), session).IsHeld);
    }

    [Fact]
    public async Task A_session_nobody_had_yet_is_not_claimed_by_it()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        await pool.Call("ann");
        var fresh = pool.Upstream.Open.First(session => pool.Pool.Sessions().Single(info => info.SessionId == session.DisplayId).ReuseCount == 0);

        Assert.False(pool.Pool.TryAcquire(PoolUnderTest.By("ann"), fresh).IsHeld);
    }

    [Fact]
    public async Task A_session_that_has_ended_is_not_leased()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var lease = await pool.Lease("ann");
        pool.Release(lease, LeaseOutcome.SessionGone);

        Assert.False(pool.Pool.TryAcquire(PoolUnderTest.By("ann"), lease.Session).IsHeld);
    }

    [Fact]
    public async Task The_session_is_not_closed_under_it()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var running = await pool.Lease("ann");
        var beside = pool.Pool.TryAcquire(PoolUnderTest.By("ann"), running.Session);

        pool.Release(running, LeaseOutcome.CallerCancelled);
        Assert.False(running.Session.IsClosed);

        pool.Release(beside);
        Assert.True(running.Session.IsClosed);
    }

    [Fact]
    public async Task A_second_release_changes_nothing()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var running = await pool.Lease("ann");
        var beside = pool.Pool.TryAcquire(PoolUnderTest.By("ann"), running.Session);

        beside.Release(LeaseOutcome.Reusable);
        beside.Release(LeaseOutcome.Reusable);

        Assert.Equal(1, pool.Pool.Stats().InFlight);
        pool.Release(running);
    }

    [Fact]
    public async Task There_is_an_end_to_how_many()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var session = await pool.Call("ann");
        var leases = Enumerable.Range(0, 40).Select(_ => pool.Pool.TryAcquire(PoolUnderTest.By("ann"), session)).Where(lease => lease.IsHeld).ToList();

        Assert.Equal(32, leases.Count);
        leases.ForEach(lease => pool.Release(lease));
        Assert.True(pool.Pool.TryAcquire(PoolUnderTest.By("ann"), session).IsHeld);
    }

    [Fact]
    public async Task A_pool_that_drains_gives_none()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var running = await pool.Lease("ann");
        Assert.True(pool.Pool.TryDrain(TimeSpan.FromMinutes(1)));

        Assert.False(pool.Pool.TryAcquire(PoolUnderTest.By("ann"), running.Session).IsHeld);
        pool.Release(running);
    }
}
