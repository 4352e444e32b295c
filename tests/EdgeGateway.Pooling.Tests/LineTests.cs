using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class LineTests
{
    private static PoolUnderTest OneSession(Func<PoolOptions, PoolOptions>? more = null) =>
        PoolUnderTest.Warm(o => (more ?? (x => x))(o with { Size = 1, MaxSize = 1 }));

    [Fact]
    public async Task A_waiter_gets_the_session_the_releaser_hands_over()
    {
        var pool = OneSession();
        var lease = await pool.Lease("ann");
        var waiting = pool.Ask("ann");

        pool.Release(lease);

        Assert.Same(lease.Session, (await waiting).Lease.Session);
        Assert.Equal((0, 1), (pool.Stats.Waiting, pool.Stats.InFlight));
    }

    [Fact]
    public async Task Waiters_of_one_user_are_served_in_the_order_they_came_and_no_newcomer_overtakes_them()
    {
        var pool = OneSession();
        var lease = await pool.Lease("ann");
        var waiting = Enumerable.Range(0, 10).Select(_ => pool.Ask("ann")).ToList();

        for (var i = 0; i < 10; i++)
        {
            pool.Release(lease);
            waiting.Add(pool.Ask("ann"));
            lease = (await waiting[i]).Lease;
            Assert.Equal(10, pool.Stats.Waiting);
            Assert.All(waiting.Skip(i + 1), task => Assert.False(task.IsCompleted));
        }
    }

    [Fact]
    public async Task A_users_backlog_does_not_hold_up_another_user()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1, Isolation = Isolation.Shared, MaxConcurrency = 1, MaxPending = 200 });
        var lease = await pool.Lease("greedy");
        var greedy = Enumerable.Range(0, 100).Select(_ => pool.Ask("greedy")).ToArray();
        var seen = new HashSet<Task<Acquired<FakeSession>>>();
        var others = Enumerable.Range(0, 4).Select(i => pool.Ask($"user{i}")).ToArray();

        var served = new List<string>();
        for (var grants = 0; grants < 8; grants++)
        {
            pool.Release(lease);
            var granted = await await Task.WhenAny(greedy.Concat(others).Except(seen));
            seen.UnionWith(greedy.Concat(others).Where(task => task.IsCompleted));
            served.Add(others.Any(task => task.IsCompleted && task.Result.Lease.Equals(granted.Lease)) ? "other" : "greedy");
            lease = granted.Lease;
        }

        // Five users wait: whoever is at the head of a user's line is served within five grants.
        Assert.Equal(4, served.Take(5).Count(who => who == "other"));
    }

    [Theory]
    [InlineData(Isolation.User, 1, 1)]
    [InlineData(Isolation.User, 2, 1)]
    [InlineData(Isolation.Auto, 1, 1)]
    [InlineData(Isolation.Auto, 3, 4)]
    [InlineData(Isolation.Session, 2, 3)]
    public async Task A_users_backlog_does_not_hold_up_others_who_need_a_place_in_a_full_pool(Isolation isolation, int size, int others)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = isolation, Size = size, MaxSize = size, MaxPending = 200 });
        var running = new Queue<Lease<FakeSession>>();
        for (var i = 0; i < size; i++)
        {
            running.Enqueue(await pool.Lease("greedy"));
        }

        var waiting = Enumerable.Range(0, 50).Select(_ => pool.Ask("greedy")).ToList();
        var heads = Enumerable.Range(0, others).Select(i => pool.Ask($"user{i}")).ToList();
        waiting.AddRange(heads);
        for (var grants = 1; heads.Count > 0; grants++)
        {
            pool.Release(running.Dequeue());
            var served = await Task.WhenAny(waiting);
            waiting.Remove(served);
            heads.Remove(served);
            running.Enqueue((await served).Lease);

            // As many users wait as there are others, and the greedy one.
            Assert.True(grants <= others + 1, $"{heads.Count} users still wait after {grants} grants");
        }
    }

    [Fact]
    public async Task Who_waits_with_capabilities_keeps_its_turn_when_the_upstream_proves_to_keep_no_state()
    {
        var upstream = new FakeUpstream { IsStateful = false, Answer = Answer.Held };
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1, MaxConcurrency = 1 }, upstream);
        var ann = pool.Ask(PoolUnderTest.By("ann", PoolUnderTest.Roots));
        var bob = pool.Ask(PoolUnderTest.By("bob"));

        upstream.Answer = Answer.AtOnce;
        upstream.LetGo();
        pool.Run();

        // From now on nobody's capabilities count: whoever waits waits for the one session there is, and newcomers stand behind.
        var first = await await Task.WhenAny(ann, bob);
        var carl = pool.Ask(PoolUnderTest.By("carl", PoolUnderTest.Roots));
        pool.Release(first.Lease);

        Assert.Equal((1, 1L), (pool.Stats.Waiting, pool.Stats.Creates));
        Assert.Same((await ann).Lease.Session, (await bob).Lease.Session);
        Assert.False(carl.IsCompleted);
    }

    [Fact]
    public async Task An_exclusive_wish_is_not_starved_by_shared_ones_of_the_same_user()
    {
        var pool = OneSession(o => o with { Isolation = Isolation.User, MaxConcurrency = 4 });
        var running = await pool.Lease("ann", LeaseMode.Shared);
        var exclusive = pool.Ask("ann", LeaseMode.Exclusive);
        var shared = pool.Ask("ann", LeaseMode.Shared);
        Assert.Equal(2, pool.Stats.Waiting);

        pool.Release(running);
        var first = (await exclusive).Lease;
        Assert.Equal(1, pool.Stats.Waiting);
        pool.Release(first);

        Assert.Null((await shared).Refusal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exclusive_wish_that_is_given_up_leaves_its_session_to_the_shared_ones(bool leaves)
    {
        var pool = OneSession(o => o with { Isolation = Isolation.User, MaxConcurrency = 4, AcquireTimeout = TimeSpan.FromSeconds(5) });
        var running = await pool.Lease("ann", LeaseMode.Shared);
        using var leaving = new CancellationTokenSource();
        var exclusive = pool.AskUntil(leaving.Token, PoolUnderTest.By("ann"));
        pool.Pass(1);
        var shared = pool.Ask("ann", LeaseMode.Shared);
        Assert.Equal(2, pool.Stats.Waiting);

        if (leaves)
        {
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exclusive);
        }
        else
        {
            pool.Pass(4.1);
            Assert.Equal("acquire_timeout", (await exclusive).Refusal!.Reason);
        }

        Assert.Same(running.Session, (await shared).Lease.Session);
        await pool.Lease("ann", LeaseMode.Shared);
        Assert.Equal((3, 0), (pool.Stats.InFlight, pool.Stats.Waiting));
    }

    [Fact]
    public async Task Callers_over_max_pending_are_refused_at_once_with_the_settings_named()
    {
        var pool = OneSession(o => o with { MaxPending = 3 });
        await pool.Lease("ann");
        var waiting = Enumerable.Range(0, 3).Select(_ => pool.Ask("ann")).ToArray();

        var refusal = (await pool.Ask("ann")).Refusal!;

        Assert.Equal((Rejection.PoolExhausted, "pool_exhausted"), (refusal.Rejection, refusal.Reason));
        Assert.Contains("max_pending", refusal.Detail, StringComparison.Ordinal);
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(2));
        Assert.Equal((3, 1L), (pool.Stats.Waiting, pool.Stats.Rejections));
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
    }

    [Fact]
    public async Task Client_sessions_have_a_limit_of_their_own_and_do_not_count_as_pending()
    {
        var upstream = new FakeUpstream();
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1, MaxPending = 1 }, upstream);
        upstream.Answer = Answer.Held;
        var bound = Enumerable.Range(0, 40).Select(_ => pool.AskBind(PoolUnderTest.By("ann"))).ToArray();
        var call = pool.Ask("bob");
        while (upstream.Held.Count > 0)
        {
            upstream.LetGo();
            pool.Run();
        }

        Assert.All(await Task.WhenAll(bound), one => Assert.NotNull(one.Binding));
        Assert.Null((await call).Refusal);
    }

    [Fact]
    public async Task A_caller_that_waits_too_long_is_told_so_within_a_tick()
    {
        var pool = OneSession(o => o with { AcquireTimeout = TimeSpan.FromSeconds(3) });
        await pool.Lease("ann");
        var early = pool.Ask("ann");
        pool.Pass(1.5);
        var late = pool.Ask("ann");

        pool.Pass(TimeSpan.FromSeconds(1.499), TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, pool.Stats.Waiting);
        pool.Pass(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, pool.Stats.Waiting);
        Assert.Equal("acquire_timeout", (await early).Refusal!.Reason);
        pool.Pass(1.5);
        Assert.Equal("acquire_timeout", (await late).Refusal!.Reason);
        Assert.Equal((2L, 0), (pool.Stats.Timeouts, pool.Stats.Waiting));
    }

    [Fact]
    public async Task A_timeout_that_was_shortened_meanwhile_still_ends_within_a_tick()
    {
        var pool = OneSession(o => o with { AcquireTimeout = TimeSpan.FromSeconds(30) });
        await pool.Lease("ann");
        _ = pool.Ask("ann");
        pool.Apply(o => o with { AcquireTimeout = TimeSpan.FromSeconds(2) });
        var late = pool.Ask("ann");

        pool.Pass(3.1);

        Assert.Equal("acquire_timeout", (await late).Refusal!.Reason);
    }

    [Fact]
    public async Task A_caller_that_is_gone_before_it_asks_is_not_counted()
    {
        var pool = OneSession();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.AskUntil(new CancellationToken(canceled: true), PoolUnderTest.By("ann")));

        Assert.Equal((0L, 0, 0L), (pool.Stats.Acquisitions, pool.Stats.Waiting, pool.Stats.Cancellations));
    }

    [Fact]
    public async Task A_bind_cancelled_after_the_grant_ends_the_binding()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 }, upstream);
        using var leaving = new CancellationTokenSource();
        var waiting = pool.AskBindUntil(leaving.Token, PoolUnderTest.By("ann"));
        using var registered = leaving.Token.Register(() =>
        {
            upstream.LetGo();
            pool.Run();
        });

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        pool.Run();
        upstream.LetGo();
        pool.Run();

        Assert.Equal((0, 1, 1), (pool.Stats.Bound, pool.Stats.Total, pool.Cap.Open));
    }

    [Fact]
    public async Task A_bind_cancelled_while_its_handshake_runs_leaves_nothing_behind()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1 });
        await pool.Bind("ann");
        pool.Upstream.Answer = Answer.Held;
        pool.Pass(1);
        using var leaving = new CancellationTokenSource();
        _ = await pool.Pool.BindAsync(PoolUnderTest.By("bob"), TestContext.Current.CancellationToken);
        var waiting = pool.AskBindUntil(leaving.Token, PoolUnderTest.By("ann"));
        await leaving.CancelAsync();

        pool.Upstream.LetGo();
        pool.Run();
        pool.Upstream.LetGo();
        pool.Run();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((2, 3, 3, 0), (pool.Stats.Bound, pool.Stats.Total, pool.Cap.Open, pool.Stats.Opening));
    }

    [Fact]
    public async Task A_second_release_is_counted_and_changes_nothing()
    {
        var pool = OneSession();
        var lease = await pool.Lease("ann");
        pool.Release(lease);
        var next = await pool.Lease("ann");

        pool.Release(lease, LeaseOutcome.ServerFault);
        pool.Release(lease, LeaseOutcome.SessionGone);

        Assert.Equal((1, 2L, 1L, false), (pool.Stats.InFlight, pool.Stats.DoubleReleases, pool.Stats.Releases, next.Session.IsClosed));
        default(Lease<FakeSession>).Release(LeaseOutcome.Reusable);
    }

    [Fact]
    public async Task A_user_with_many_kinds_of_sessions_has_one_turn_like_everybody()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1, Isolation = Isolation.User });
        var running = await pool.Lease("eve");
        var eves = Enumerable.Range(0, 20).Select(i => pool.Ask(PoolUnderTest.By("eve", new SessionClass("2025-11-25", "{\"n\":" + i + "}")))).ToArray();
        var bob = pool.Ask("bob");

        pool.Release(running);
        pool.Release((await eves[0]).Lease);

        Assert.Null((await bob).Refusal);
    }

    [Fact]
    public async Task Who_stands_behind_a_user_with_two_kinds_of_wishes_is_served_as_soon_as_there_is_room()
    {
        var pool = OneSession(o => o with { Isolation = Isolation.Shared, MaxConcurrency = 1 });
        await pool.Lease("carl", LeaseMode.Shared);
        var eve = pool.Ask("eve", LeaseMode.Shared);
        var withOwnKey = pool.Ask(PoolUnderTest.By("eve", credential: PoolUnderTest.Brought("key")), LeaseMode.Shared);
        var ann = pool.Ask("ann", LeaseMode.Shared);
        var bob = pool.Ask("bob", LeaseMode.Shared);
        Assert.Equal(4, pool.Stats.Waiting);

        pool.Apply(o => o with { MaxConcurrency = 8 });

        Assert.Equal((4, 1), (pool.Stats.InFlight, pool.Stats.Waiting));
        await Task.WhenAll(eve, ann, bob);
        Assert.False(withOwnKey.IsCompleted);
    }

    [Fact]
    public void Who_comes_and_goes_behind_a_waiter_leaves_no_room_behind()
    {
        var spare = new SpareWaiter<FakeSession>();
        var ring = new WaiterRing<FakeSession>();
        var head = new Waiter<FakeSession>(spare);
        ring.Add(head);
        for (var i = 0; i < 10_000; i++)
        {
            var passing = new Waiter<FakeSession>(spare);
            ring.Add(passing);
            ring.Remove(passing);
        }

        Assert.Equal((1, 8), (ring.Count, ring.Capacity));
        Assert.Same(head, ring.Head);
    }
}
