using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>The strategies as a whole pool shows them.</summary>
public sealed class StrategyTests
{
    [Theory]
    [InlineData(PoolStrategy.RoundRobin)]
    [InlineData(PoolStrategy.LeastConnections)]
    public async Task Shared_calls_are_spread_evenly(PoolStrategy strategy)
    {
        var pool = PoolUnderTest.Stateless(o => o with { Strategy = strategy });

        var sessions = new List<FakeSession>();
        for (var i = 0; i < 50; i++)
        {
            sessions.Add(await pool.Call($"user{i}"));
        }

        Assert.Equal(5, sessions.GroupBy(session => session).Count(group => group.Count() == 10));
    }

    [Fact]
    public async Task Least_connections_sends_a_request_where_the_fewest_run()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Strategy = PoolStrategy.LeastConnections, Size = 3, MaxSize = 3 });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 6; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Release(leases[4]);

        Assert.Same(leases[4].Session, (await pool.Lease("bob")).Session);
    }

    [Fact]
    public async Task Where_sessions_are_shared_a_sticky_key_keeps_its_session()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Strategy = PoolStrategy.Sticky });
        var home = await pool.Call(PoolUnderTest.By("ann", stickyKey: "chat"));

        for (var i = 0; i < 20; i++)
        {
            await pool.Call(PoolUnderTest.By("ann", stickyKey: $"other{i}"));
            Assert.Same(home, await pool.Call(PoolUnderTest.By("bob", stickyKey: "chat")));
        }
    }

    [Theory]
    [InlineData(Isolation.Auto)]
    [InlineData(Isolation.User)]
    public async Task Under_sticky_a_users_busy_session_is_waited_for_and_never_spilled(Isolation isolation)
    {
        var pool = PoolUnderTest.Warm(o => o with { Strategy = PoolStrategy.Sticky, Isolation = isolation, Size = 4, MaxSize = 8 });
        var home = await pool.Call("ann");
        var held = await pool.Lease("ann");

        var waiting = pool.Ask("ann");
        pool.Pass(5);
        var stats = pool.Stats;
        pool.Release(held);

        Assert.Equal((1, 4), (stats.Waiting, stats.Total));
        Assert.Same(home, (await waiting).Lease.Session);
    }

    [Fact]
    public async Task Under_sticky_a_waiter_of_one_key_does_not_hold_up_another_key()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Strategy = PoolStrategy.Sticky, Size = 2, MaxSize = 2, MaxConcurrency = 1 });
        var keys = Enumerable.Range(0, 50).Select(i => $"key{i}").ToArray();
        var homes = new Dictionary<string, FakeSession>();
        foreach (var key in keys)
        {
            homes[key] = await pool.Call(PoolUnderTest.By("ann", stickyKey: key));
        }

        var here = keys.First(key => homes[key] == pool.Upstream.Sessions[0]);
        var there = keys.First(key => homes[key] == pool.Upstream.Sessions[1]);
        await pool.Lease(PoolUnderTest.By("ann", stickyKey: here));
        _ = pool.Ask(PoolUnderTest.By("ann", stickyKey: here));
        Assert.Equal(1, pool.Stats.Waiting);

        Assert.Same(homes[there], await pool.Call(PoolUnderTest.By("ann", stickyKey: there)));
        Assert.Equal(1, pool.Stats.Waiting);
    }

    [Fact]
    public async Task Weighted_sends_calls_to_endpoints_by_weight()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Strategy = PoolStrategy.Weighted, Size = 8, EndpointWeights = [3, 1] });

        var endpoints = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            endpoints.Add((await pool.Call("ann")).Endpoint);
        }

        Assert.Equal((30, 10), (endpoints.Count(e => e == 0), endpoints.Count(e => e == 1)));
        Assert.Equal((6, 2), (pool.Upstream.Sessions.Count(s => s.Endpoint == 0), pool.Upstream.Sessions.Count(s => s.Endpoint == 1)));
    }

    [Theory]
    [InlineData(true, PoolStrategy.None)]
    [InlineData(false, PoolStrategy.RoundRobin)]
    public async Task Without_a_pool_every_client_session_and_every_sessionless_call_has_a_session_of_its_own(bool enabled, PoolStrategy strategy)
    {
        var pool = PoolUnderTest.Warm(o => o with { Enabled = enabled, Strategy = strategy });
        Assert.Equal((0, 100, PoolStatus.Active), (pool.Stats.Total, pool.Stats.HealthScore, pool.Stats.Status));

        var bindings = new List<Binding<FakeSession>>();
        for (var i = 0; i < 7; i++)
        {
            bindings.Add(await pool.Bind("ann"));
            Assert.True((await pool.Call("ann")).IsClosed);
        }

        Assert.Equal((14L, 7, 7), (pool.Stats.Creates, pool.Stats.Total, pool.Stats.Bound));
        Assert.Equal(14, bindings.Select(b => b.Session).Concat(pool.Upstream.Sessions.Where(s => s.IsClosed)).Distinct().Count());
        bindings.ForEach(pool.End);
        Assert.Equal((0, 0), (pool.Stats.Total, pool.Cap.Open));
    }

    [Fact]
    public async Task Without_a_pool_sessionless_calls_are_bounded_by_max_size_and_the_rest_wait()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = PoolUnderTest.Warm(o => o with { Enabled = false, Size = 2, MaxSize = 3 }, upstream);
        var asked = Enumerable.Range(0, 9).Select(_ => pool.Ask("ann")).ToArray();

        var served = new List<FakeSession>();
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(3, upstream.Running);
            upstream.LetGo();
            pool.Run();
            foreach (var one in asked.Skip(round * 3).Take(3))
            {
                var lease = (await one).Lease;
                served.Add(lease.Session);
                pool.Release(lease);
            }
        }

        Assert.Equal((9, 9L, 0), (served.Distinct().Count(), pool.Stats.Creates, pool.Stats.Total));
    }

    [Fact]
    public async Task Without_a_pool_client_sessions_and_calls_that_open_at_once_open_one_session_each()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = PoolUnderTest.Warm(o => o with { Enabled = false }, upstream);
        var calls = Enumerable.Range(0, 3).Select(_ => pool.Ask("ann")).ToArray();
        var bound = Enumerable.Range(0, 3).Select(_ => pool.AskBind(PoolUnderTest.By("ann"))).ToArray();

        // The last asked for answers first.
        while (upstream.Held.LastOrDefault() is { } held)
        {
            held.Verdict.SetResult(true);
            pool.Run();
        }

        await Task.WhenAll(calls);
        await Task.WhenAll(bound);
        Assert.Equal(6L, pool.Stats.Creates);
    }
}
