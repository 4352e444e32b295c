using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>How many sessions there are, and whose place a new one takes.</summary>
public sealed class SizeTests
{
    [Fact]
    public async Task Demand_grows_the_pool_to_max_size_and_idle_sessions_above_size_close()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User, MaxSize = 8, MaxIdleTime = TimeSpan.FromSeconds(100), HealthCheckInterval = TimeSpan.FromHours(1) });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 8; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        _ = pool.Ask("ann");
        Assert.Equal((8, 1), (pool.Stats.Total, pool.Stats.Waiting));
        leases.ForEach(lease => pool.Release(lease));
        pool.Pass(99);
        Assert.Equal(8, pool.Stats.Total);
        pool.Pass(130);

        Assert.Equal(5, pool.Stats.Total);
    }

    [Fact]
    public async Task At_max_size_the_least_recently_used_idle_session_of_another_user_makes_room()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 3, MaxSize = 3 });
        var sessions = new List<FakeSession>();
        foreach (var user in (string[])["ann", "bob", "carl"])
        {
            sessions.Add(await pool.Call(user));
            pool.Pass(1);
        }

        await pool.Call("ann");
        await pool.Call("dora");

        Assert.Equal([false, true, false], sessions.Select(session => session.IsClosed));
        Assert.Equal((3, "evicted"), (pool.Stats.Total, pool.Pool.Events().Last(e => e.Session == sessions[1].DisplayId).Kind));
    }

    [Fact]
    public async Task At_max_size_a_fresh_session_of_another_class_goes_before_anybodys_used_one()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, MaxSize = 2 });
        var anns = await pool.Call("ann");

        var bobs = await pool.Call(PoolUnderTest.By("bob", PoolUnderTest.Roots));

        Assert.False(anns.IsClosed);
        Assert.Equal(PoolUnderTest.Roots, bobs.Class);
        Assert.Equal(2, pool.Stats.Total);
    }

    [Fact]
    public async Task A_used_session_only_one_user_could_use_and_did_not_gives_way_to_a_fresh_one()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1, MaxIdleTime = TimeSpan.FromSeconds(100) });
        var used = await pool.Call("ann");

        pool.Pass(200);

        Assert.True(used.IsClosed);
        Assert.Equal((1, 1), (pool.Stats.Total, pool.Stats.Available));
    }

    [Fact]
    public async Task Sessions_opened_together_are_not_replaced_together()
    {
        var pool = PoolUnderTest.Stateless(o => o with
        {
            Size = 20,
            MaxSize = 20,
            MaxLifetime = TimeSpan.FromSeconds(1000),
            CleanupInterval = TimeSpan.FromSeconds(1),
            HealthCheckInterval = TimeSpan.FromHours(1),
        });
        var running = await pool.Lease("ann");
        var most = 0;
        for (var second = 0; second < 2000; second++)
        {
            var before = pool.Stats.Destroys;
            pool.Pass(1);
            most = Math.Max(most, (int)(pool.Stats.Destroys - before));
            Assert.True(second > 898 || pool.Stats.Destroys == 0);
            Assert.Equal(20, pool.Stats.Total);
        }

        Assert.InRange(most, 1, 4);
        Assert.False(running.Session.IsClosed);
        Assert.Equal(19, pool.Upstream.Sessions.Take(20).Count(session => session.IsClosed));
        pool.Release(running);
        Assert.True(running.Session.IsClosed);
    }

    [Fact]
    public void A_lifetime_that_is_lowered_makes_many_old_at_once_and_still_replaces_a_fifth_at_a_time()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 10, MaxSize = 10, CleanupInterval = TimeSpan.FromSeconds(10) });
        pool.Pass(200);
        pool.Apply(o => o with { MaxLifetime = TimeSpan.FromSeconds(60) });

        pool.Pass(10);

        Assert.InRange(pool.Stats.Destroys, 1, 2);
    }

    [Fact]
    public async Task Old_sessions_that_are_released_together_are_not_closed_together()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 10, MaxSize = 10, MaxConcurrency = 1, MaxLifetime = TimeSpan.FromSeconds(60) });
        pool.Upstream.Answer = Answer.Held;
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 10; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Pass(70);
        leases.ForEach(lease => pool.Release(lease));

        Assert.Equal(2L, pool.Stats.Destroys);
    }

    [Fact]
    public async Task Pools_share_the_gateways_limit_and_give_their_places_back()
    {
        var cap = new SessionCap(8);
        var first = PoolUnderTest.Warm(cap: cap);
        var second = PoolUnderTest.Warm(cap: cap);
        Assert.Equal((5, 3, 8), (first.Stats.Total, second.Stats.Total, cap.Open));

        var ending = first.Pool.ShutdownAsync(TimeSpan.Zero, keepBound: false);
        first.Run();
        await ending;
        second.Pass(3);

        Assert.Equal((0, 5, 5), (first.Stats.Total, second.Stats.Total, cap.Open));
    }

    [Fact]
    public async Task At_the_gateways_limit_an_idle_session_makes_room_for_a_client_session_of_another_class()
    {
        var pool = PoolUnderTest.Warm(cap: new SessionCap(5));

        var binding = await pool.Bind(PoolUnderTest.By("ann", PoolUnderTest.Roots));
        var call = await pool.Call(PoolUnderTest.By("bob", PoolUnderTest.Roots));

        Assert.Equal((PoolUnderTest.Roots, PoolUnderTest.Roots), (binding.Session.Class, call.Class));
        Assert.Equal((5, 2L), (pool.Cap.Open, pool.Stats.Destroys));
    }

    [Fact]
    public async Task At_the_gateways_limit_one_caller_costs_one_idle_session_however_long_its_close_takes()
    {
        var pool = PoolUnderTest.Warm(cap: new SessionCap(5));
        var closed = new TaskCompletionSource();
        foreach (var session in pool.Upstream.Sessions)
        {
            session.CloseAnswer = closed.Task;
        }

        var asked = pool.AskBind(PoolUnderTest.By("ann", PoolUnderTest.Roots));
        await pool.Call("bob");
        await pool.Call("carl");
        Assert.Equal(1L, pool.Stats.Destroys);
        closed.SetResult();
        pool.Run();

        Assert.NotNull((await asked).Binding);
        Assert.Equal((5, 1L), (pool.Cap.Open, pool.Stats.Destroys));
    }

    [Fact]
    public async Task At_the_gateways_limit_with_nothing_idle_a_client_session_is_refused_with_the_setting_named()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1 }, cap: new SessionCap(2));
        await pool.Bind("ann");
        await pool.Bind("ann");

        var refusal = (await pool.AskBind(PoolUnderTest.By("bob"))).Refusal!;

        Assert.Contains("SESSION_POOL_MAX_TOTAL", refusal.Detail, StringComparison.Ordinal);
        pool.Pass(61);
        Assert.NotNull((await pool.AskBind(PoolUnderTest.By("bob"))).Binding);
    }

    [Fact]
    public void Handshakes_that_fail_give_their_places_back()
    {
        var upstream = new FakeUpstream { Answer = Answer.Unauthorized };
        var pool = PoolUnderTest.Warm(upstream: upstream);

        pool.Pass(300);

        Assert.True(upstream.Asked > 5);
        Assert.Equal((0, 0), (pool.Cap.Open, pool.Stats.Opening));
    }

    [Fact]
    public async Task The_stock_follows_the_classes_clients_ask_for()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxIdleTime = TimeSpan.FromSeconds(60) });
        pool.End(await pool.Bind(PoolUnderTest.By("ann", PoolUnderTest.Roots)));
        pool.Pass(3);
        Assert.Contains(pool.Upstream.Open, session => session.Class == PoolUnderTest.Roots);

        for (var i = 0; i < 10; i++)
        {
            pool.Pass(20);
            pool.End(await pool.Bind(PoolUnderTest.By("ann", PoolUnderTest.Roots)));
        }

        Assert.All(pool.Upstream.Open, session => Assert.Equal(PoolUnderTest.Roots, session.Class));
        var settled = pool.Stats.Creates;
        pool.Pass(50);
        Assert.Equal((5, settled), (pool.Stats.Total, pool.Stats.Creates));
    }

    [Fact]
    public async Task Auto_scale_follows_demand_up_at_once_and_down_one_at_a_time_without_flapping()
    {
        var pool = PoolUnderTest.Warm(o => o with
        {
            AutoScale = true,
            Size = 2,
            MinSize = 1,
            MaxSize = 20,
            Isolation = Isolation.User,
            MaxIdleTime = TimeSpan.FromSeconds(60),
            CleanupInterval = TimeSpan.FromSeconds(1),
        });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 7; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Pass(60);
        Assert.Equal(10, pool.Stats.Total);
        var seen = new List<int>();
        for (var second = 0; second < 120; second++)
        {
            pool.Pass(1);
            seen.Add(pool.Stats.Total);
        }

        Assert.True(seen.Max() - seen.Min() <= 1);
        leases.ForEach(lease => pool.Release(lease));
        var totals = new List<int>();
        for (var second = 0; second < 300; second++)
        {
            pool.Pass(1);
            totals.Add(pool.Stats.Total);
        }

        Assert.Equal(1, totals[^1]);
        Assert.All(totals.Zip(totals.Skip(1)), pair => Assert.InRange(pair.First - pair.Second, 0, 1));
    }

    [Fact]
    public async Task A_square_wave_shorter_than_the_idle_time_does_not_make_auto_scale_flap()
    {
        var pool = PoolUnderTest.Warm(o => o with { AutoScale = true, Size = 2, MinSize = 1, MaxSize = 20, Isolation = Isolation.User, MaxIdleTime = TimeSpan.FromSeconds(300) });
        long settled = 0;
        for (var wave = 0; wave < 20; wave++)
        {
            var leases = new List<Lease<FakeSession>>();
            for (var i = 0; i < 7; i++)
            {
                leases.Add(await pool.Lease("ann"));
            }

            pool.Pass(30);
            leases.ForEach(lease => pool.Release(lease));
            pool.Pass(30);
            settled = wave == 4 ? pool.Stats.Creates : settled;
        }

        Assert.InRange(pool.Stats.Creates - settled, 0, 1);
    }


    [Fact]
    public async Task Busy_sessions_beyond_size_are_not_all_retired_at_once_when_they_are_old()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 20, MaxLifetime = TimeSpan.FromSeconds(60), CleanupInterval = TimeSpan.FromSeconds(60) });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 20; i++)
        {
            leases.Add(await pool.Lease($"user{i}"));
        }

        var before = 0;
        for (var second = 0; second < 200; second++)
        {
            pool.Pass(1);
            Assert.True(pool.Stats.Draining - before <= 4, $"{pool.Stats.Draining - before} sessions were retired in one second");
            before = pool.Stats.Draining;
        }

        leases.ForEach(lease => pool.Release(lease));
        Assert.Equal(0, pool.Stats.Draining);
    }
}
