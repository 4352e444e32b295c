using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>Sessions that an earlier run of the gateway left open come back to their clients.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task An_adopted_session_is_bound_at_once_and_closed_at_its_end()
    {
        var pool = PoolUnderTest.Warm();
        var left = await LeftOpenAsync(pool);
        var before = (pool.Stats.Creates, pool.Cap.Open);

        var binding = Adopt(pool, "ann", left).Binding!;

        Assert.Same(left, binding.Session);
        Assert.False(binding.IsClean);
        Assert.Equal((1, before.Creates + 1, before.Open + 1), (pool.Stats.Bound, pool.Stats.Creates, pool.Cap.Open));
        pool.Release(PoolUnderTest.Request(binding));
        binding.End("the client ended its session");
        pool.Run();
        Assert.True(left.IsClosed);
        Assert.Equal(before.Open, pool.Cap.Open);
        Assert.Contains(pool.Told, told => told.Kind == "adopted");
    }

    [Fact]
    public async Task Under_user_it_is_not_handed_on_because_nobody_knows_what_it_carried()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var left = await LeftOpenAsync(pool);

        Adopt(pool, "ann", left).Binding!.End("the client ended its session");
        pool.Run();

        Assert.True(left.IsClosed);
        Assert.NotSame(left, (await pool.Bind("ann")).Session);
    }

    [Fact]
    public async Task A_lost_one_ends_its_client_session_instead_of_being_replaced()
    {
        var pool = PoolUnderTest.Warm();
        var left = await LeftOpenAsync(pool);
        var binding = Adopt(pool, "ann", left).Binding!;

        Assert.Equal(Rejection.BindingEnded, (await binding.ReplaceAsync(left))!.Rejection);
    }

    [Fact]
    public async Task The_limits_of_any_binding_hold()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxClientSessions = 1, Size = 1 });
        var left = await LeftOpenAsync(pool);
        await pool.Bind("bob");

        var full = Adopt(pool, "ann", left);

        Assert.Equal(("pool_exhausted", false), (full.Refusal!.Reason, left.IsClosed));
        pool.Pass(61);
        Assert.NotNull(Adopt(pool, "ann", left).Binding);
        Assert.Equal(1, pool.Stats.Bound);
    }

    [Fact]
    public async Task The_gateways_limit_holds()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 }, cap: new SessionCap(1));
        var left = new FakeUpstream();
        var session = await left.OpenAsync(0, PoolUnderTest.Plain, PoolUnderTest.Stored, TestContext.Current.CancellationToken);

        Assert.Contains("SESSION_POOL_MAX_TOTAL", Adopt(pool, "ann", session).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal(1, pool.Cap.Open);
    }

    [Fact]
    public async Task Neither_another_connection_nor_a_pool_that_does_not_serve_adopts()
    {
        var pool = PoolUnderTest.Warm();
        var left = await LeftOpenAsync(pool);

        Assert.Equal(Rejection.BindingEnded, pool.Pool.Adopt(PoolUnderTest.By("ann"), endpoint: 9, left).Refusal!.Rejection);
        Assert.Equal(Rejection.BindingEnded, pool.Pool.Adopt(PoolUnderTest.By("ann", credential: Credential.Stored(2)), 0, left).Refusal!.Rejection);
        pool.Pool.TryDrain(TimeSpan.FromSeconds(1));
        Assert.Equal(Rejection.Draining, Adopt(pool, "ann", left).Refusal!.Rejection);
        Assert.False(left.IsClosed);
    }

    private static Bound<FakeSession> Adopt(PoolUnderTest pool, string principal, FakeSession session)
    {
        var bound = pool.Pool.Adopt(PoolUnderTest.By(principal), endpoint: 0, session);
        pool.Run();
        return bound;
    }

    private static async Task<FakeSession> LeftOpenAsync(PoolUnderTest pool) =>
        await pool.Upstream.OpenAsync(0, PoolUnderTest.Plain, PoolUnderTest.Stored, TestContext.Current.CancellationToken);
}
