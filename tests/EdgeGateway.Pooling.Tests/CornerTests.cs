using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>Where two rules meet: limits and binds, classes and sharing, drains and answers, sticky keys and exclusive wishes.</summary>
public sealed class CornerTests
{
    [Theory]
    [InlineData("ann")]
    [InlineData("bob")]
    public async Task At_the_gateways_limit_ones_own_idle_session_makes_room_for_ones_client_session(string newcomer)
    {
        var pool = PoolUnderTest.Warm(cap: new SessionCap(5));
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 5; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        leases.ForEach(lease => pool.Release(lease));
        var asked = pool.AskBind(PoolUnderTest.By(newcomer));
        pool.Pass(3);

        Assert.Equal((0, 1), (pool.Stats.Waiting, pool.Stats.Bound));
        Assert.NotNull((await asked).Binding);
    }

    [Fact]
    public async Task The_stock_of_a_shared_pool_settles_whatever_classes_were_seen()
    {
        var pool = PoolUnderTest.Stateless();
        var old = await pool.Call(PoolUnderTest.By("ann", new SessionClass("2025-06-18", "{}")));
        pool.Pass(2);
        await pool.Call("ann");
        pool.Pass(2);
        foreach (var session in pool.Upstream.Open.Where(session => session.Class == old.Class))
        {
            session.OnProbe = () => new(ProbeResult.SessionGone);
        }

        pool.Pass(70);
        var settled = pool.Stats.Creates;
        pool.Pass(50);

        Assert.InRange(pool.Stats.Creates - settled, 0, 1);
    }

    [Fact]
    public async Task A_ping_costs_no_session_of_another_class()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        await pool.Call(PoolUnderTest.By("ann", new SessionClass("2025-06-18", "{}")));
        await pool.Call("ann");
        pool.Pass(10);
        pool.Pool.Reset();
        pool.Pass(20);
        var settled = pool.Stats.Creates;
        pool.Pass(600);

        Assert.Equal(settled, pool.Stats.Creates);
    }

    [Fact]
    public async Task While_the_gateway_shuts_down_a_running_request_still_gets_its_clients_answer()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var lease = PoolUnderTest.Request(binding);
        var ended = pool.Pool.ShutdownAsync(TimeSpan.FromSeconds(30), keepBound: true);
        pool.Run();

        var answer = binding.Acquire(finishing: true);

        Assert.Null(answer.Refusal);
        pool.Release(answer.Lease);
        pool.Release(lease);
        await ended;
    }

    [Fact]
    public async Task A_replacement_takes_no_second_place_of_max_client_sessions()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxClientSessions = 3 });
        var binding = await pool.Bind("ann");
        pool.Upstream.Answer = Answer.Held;
        await pool.Bind("bob");
        var replaced = binding.ReplaceAsync(binding.Session);
        pool.Run();

        var asked = pool.AskBind(PoolUnderTest.By("carl"));
        pool.Upstream.Answer = Answer.AtOnce;
        pool.Upstream.LetGo();
        pool.Run();

        Assert.Null((await asked).Refusal);
        Assert.Null(await replaced);
    }

    [Fact]
    public async Task Under_sticky_an_exclusive_wish_is_not_starved_by_shared_ones_of_other_keys()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User, Strategy = PoolStrategy.Sticky, Size = 2, MaxSize = 2, MaxConcurrency = 8 });
        Binding<FakeSession>[] bindings = [await pool.Bind("ann"), await pool.Bind("ann")];
        pool.Apply(o => o with { MaxSize = 4 });
        Array.ForEach(bindings, pool.End);
        var homes = new Dictionary<FakeSession, List<string>>();
        for (var i = 0; i < 40; i++)
        {
            var session = await pool.Call(PoolUnderTest.By("ann", stickyKey: $"k{i}"));
            (homes.TryGetValue(session, out var keys) ? keys : homes[session] = []).Add($"k{i}");
        }

        Assert.Equal(2, homes.Count);
        var home = homes.Values.First(keys => keys.Count >= 4);
        var running = await pool.Lease(PoolUnderTest.By("ann", stickyKey: home[0]), LeaseMode.Shared);
        var exclusive = pool.Ask(PoolUnderTest.By("ann", stickyKey: home[1]));
        Assert.Equal(1, pool.Stats.Waiting);
        for (var round = 0; round < 20; round++)
        {
            var next = pool.Ask(PoolUnderTest.By("ann", stickyKey: home[2 + (round % 2)]), LeaseMode.Shared);
            pool.Release(running);
            if (pool.Stats.InFlight == 0 || exclusive.IsCompleted || await Task.WhenAny(next, exclusive) == exclusive)
            {
                return;
            }

            running = (await next).Lease;
        }

        Assert.Fail("twenty shared requests that came after it were served before it");
    }

    [Fact]
    public void A_lease_of_a_caller_with_capabilities_allocates_nothing_where_sessions_are_shared()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Shared });
        var caller = PoolUnderTest.By("ann", PoolUnderTest.Roots);
        Allocated();
        Assert.Equal(0, Allocated());

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                pool.Pool.TryAcquire(caller, LeaseMode.Shared).Release(LeaseOutcome.Reusable);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
