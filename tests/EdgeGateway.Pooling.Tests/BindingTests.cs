using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class BindingTests
{
    [Fact]
    public async Task A_hundred_stateful_clients_are_all_served_and_the_stock_is_not_theirs()
    {
        var pool = PoolUnderTest.Warm();

        var bound = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => pool.AskBind(PoolUnderTest.By($"user{i % 10}"))));

        Assert.Equal(100, bound.Select(one => one.Binding!.Session).Distinct().Count());
        Assert.Equal((100, 105, 5, 100), (pool.Stats.Bound, pool.Stats.Total, pool.Stats.Available, pool.Stats.HealthScore));
    }

    [Fact]
    public async Task A_hundred_clients_that_come_while_handshakes_take_time_are_all_served()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = new PoolUnderTest(upstream: upstream);
        var asked = Enumerable.Range(0, 100).Select(i => pool.AskBind(PoolUnderTest.By($"user{i}"))).ToArray();
        while (upstream.Held.Count > 0)
        {
            upstream.LetGo(most: 3);
            pool.Pass(TimeSpan.FromMilliseconds(10));
        }

        Assert.All(await Task.WhenAll(asked), one => Assert.NotNull(one.Binding));
        Assert.Equal((100, 105), (pool.Stats.Bound, pool.Stats.Total));
        Assert.InRange(upstream.MostAtOnce, 2, 18);
    }

    [Fact]
    public async Task Clients_that_come_once_and_end_use_nothing_up()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxClientSessions = 3 });
        for (var i = 0; i < 200; i++)
        {
            pool.End(await pool.Bind($"user{i}"));
        }

        Assert.Equal((0, 5, 5), (pool.Stats.Bound, pool.Stats.Total, pool.Cap.Open));
    }

    [Fact]
    public async Task A_binding_runs_requests_at_once_and_is_one_session_from_bind_to_unbind()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");

        var leases = Enumerable.Range(0, 40).Select(_ => PoolUnderTest.Request(binding)).ToList();

        Assert.All(leases, lease => Assert.Same(binding.Session, lease.Session));
        Assert.Equal((40, 40L), (pool.Stats.InFlight, pool.Stats.Acquisitions));
        leases.ForEach(lease => pool.Release(lease, LeaseOutcome.ServerFault));
        Assert.False(binding.Ended.IsCancellationRequested);
    }

    [Theory]
    [InlineData("ann", 11, true)]
    [InlineData("ann", 9, false)]
    [InlineData("bob", 59, false)]
    [InlineData("bob", 61, true)]
    public async Task At_the_limit_an_idle_binding_ends_for_its_own_user_after_10_s_and_for_others_after_60_s(string newcomer, int idle, bool ends)
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxClientSessions = 2 });
        var older = await pool.Bind("ann");
        pool.Pass(0.5);
        var younger = await pool.Bind("ann");
        pool.Pass(idle - 0.5);
        if (!ends)
        {
            pool.Release(PoolUnderTest.Request(younger));
        }

        var bound = await pool.AskBind(PoolUnderTest.By(newcomer));

        Assert.Equal(ends, older.Ended.IsCancellationRequested);
        Assert.False(younger.Ended.IsCancellationRequested);
        Assert.Equal(ends, bound.Binding is not null);
        if (!ends)
        {
            Assert.Equal("pool_exhausted", bound.Refusal!.Reason);
            Assert.Contains("max_client_sessions", bound.Refusal.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task At_the_limit_a_users_own_idle_binding_goes_before_another_users()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxClientSessions = 2 });
        var foreign = await pool.Bind("bob");
        pool.Pass(70);
        var own = await pool.Bind("ann");
        pool.Pass(15);

        await pool.Bind("ann");

        Assert.Equal((false, true), (foreign.Ended.IsCancellationRequested, own.Ended.IsCancellationRequested));
    }

    [Fact]
    public async Task An_open_stream_or_a_running_request_protects_a_binding()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxClientSessions = 2, ClientSessionIdle = TimeSpan.FromSeconds(100) });
        var streaming = await pool.Bind("ann");
        var running = await pool.Bind("ann");
        var stream = streaming.HoldStream();
        var lease = PoolUnderTest.Request(running);

        pool.Pass(500);
        Assert.Equal(Rejection.PoolExhausted, (await pool.AskBind(PoolUnderTest.By("ann"))).Refusal!.Rejection);
        stream.Dispose();
        stream.Dispose();
        pool.Pass(61);
        await pool.Bind("bob");

        Assert.True(streaming.Ended.IsCancellationRequested);
        Assert.False(running.Ended.IsCancellationRequested);
        pool.Release(lease);
    }

    [Fact]
    public async Task A_binding_nobody_uses_ends_after_client_session_idle_and_not_before()
    {
        var pool = PoolUnderTest.Warm(o => o with { ClientSessionIdle = TimeSpan.FromSeconds(600), MaxLifetime = TimeSpan.FromSeconds(60), MaxIdleTime = TimeSpan.FromSeconds(60) });
        var binding = await pool.Bind("ann");

        pool.Pass(300);
        pool.Release(PoolUnderTest.Request(binding));
        pool.Pass(595);
        Assert.False(binding.Ended.IsCancellationRequested);
        pool.Pass(70);

        Assert.True(binding.Ended.IsCancellationRequested);
        Assert.True(binding.Session.IsClosed);
        Assert.Equal(0, pool.Stats.Bound);
    }

    [Fact]
    public async Task A_clean_binding_whose_session_is_lost_gets_another_behind_the_scenes()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var lost = binding.Session;
        pool.Release(PoolUnderTest.Request(binding), LeaseOutcome.SessionGone);

        var replaced = Enumerable.Range(0, 3).Select(_ => binding.ReplaceAsync(lost)).ToArray();
        pool.Run();

        Assert.All(await Task.WhenAll(replaced), Assert.Null);
        Assert.NotSame(lost, binding.Session);
        Assert.True(lost.IsClosed);
        Assert.False(binding.Session.IsClosed || binding.Ended.IsCancellationRequested);
        Assert.Equal((1, 6, 6), (pool.Stats.Bound, pool.Stats.Total, pool.Cap.Open));
        Assert.Null(await binding.ReplaceAsync(lost));
        Assert.Equal(6, pool.Stats.Total);
    }

    [Fact]
    public async Task A_used_binding_whose_session_is_lost_ends()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        binding.MarkUsed();

        var refusal = await binding.ReplaceAsync(binding.Session);
        pool.Run();

        Assert.Equal(Rejection.BindingEnded, refusal!.Rejection);
        Assert.True(binding.Ended.IsCancellationRequested && binding.Session.IsClosed);
        Assert.Equal(Rejection.BindingEnded, (await binding.ReplaceAsync(binding.Session))!.Rejection);
    }

    [Fact]
    public async Task What_is_asked_of_a_lost_session_while_it_is_replaced_shares_the_replacement()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 });
        var binding = await pool.Bind("ann");
        pool.Upstream.Answer = Answer.Held;
        await pool.Bind("bob");
        var lost = binding.Session;
        var first = binding.ReplaceAsync(lost);
        pool.Run();
        binding.MarkUsed();
        var second = binding.ReplaceAsync(lost);

        pool.Upstream.LetGo();
        pool.Run();

        Assert.Null(await first);
        Assert.Null(await second);
        Assert.False(binding.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task A_session_is_replaced_at_the_limit_of_client_sessions_too()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxClientSessions = 2 });
        var binding = await pool.Bind("ann");
        var other = await pool.Bind("ann");
        pool.Pass(100);

        var replaced = binding.ReplaceAsync(binding.Session);
        pool.Run();

        Assert.Null(await replaced);
        Assert.False(other.Ended.IsCancellationRequested || binding.Ended.IsCancellationRequested);
        Assert.Equal(2, pool.Stats.Bound);
    }

    [Fact]
    public async Task A_replacement_that_cannot_be_had_ends_the_binding_and_says_why()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 });
        var binding = await pool.Bind("ann");
        pool.Upstream.Answer = Answer.Refuse;
        await pool.Bind("bob");

        var replaced = binding.ReplaceAsync(binding.Session);
        pool.Run();

        Assert.Equal((Rejection.OpenFailed, "upstream_refused"), ((await replaced)!.Rejection, (await replaced)!.Reason));
        Assert.True(binding.Ended.IsCancellationRequested);
        Assert.Equal(1, pool.Stats.Bound);
    }

    [Fact]
    public async Task A_binding_that_ends_while_its_session_is_replaced_leaves_nothing_behind()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 });
        var binding = await pool.Bind("ann");
        pool.Upstream.Answer = Answer.Held;
        await pool.Bind("bob");
        var replaced = binding.ReplaceAsync(binding.Session);
        pool.Run();

        pool.End(binding);
        pool.Upstream.LetGo();
        pool.Run();
        Assert.Equal(Rejection.BindingEnded, (await replaced)!.Rejection);
        pool.Upstream.LetGo();
        pool.Run();

        Assert.Equal((1, 2, 2), (pool.Stats.Bound, pool.Stats.Total, pool.Cap.Open));
    }

    [Fact]
    public async Task Ending_a_binding_tells_its_streams_and_a_second_end_changes_nothing()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var told = new TaskCompletionSource();
        using var registered = binding.Ended.Register(() =>
        {
            // Whoever listens may call the pool.
            _ = pool.Stats;
            told.SetResult();
        });

        pool.End(binding);
        pool.End(binding);

        await told.Task;
        Assert.Equal((1L, 5), (pool.Stats.Destroys, pool.Stats.Total));
    }
}
