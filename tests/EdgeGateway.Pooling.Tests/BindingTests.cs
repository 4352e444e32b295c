using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class BindingTests
{
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


    [Fact]
    public async Task One_client_that_comes_ends_one_idle_client_session_at_both_limits()
    {
        var pool = PoolUnderTest.Warm(o => o with { Enabled = false, MaxClientSessions = 3 }, cap: new SessionCap(3));
        for (var i = 0; i < 3; i++)
        {
            await pool.Bind($"user{i}");
        }

        pool.Pass(90);
        Assert.Null((await pool.AskBind(PoolUnderTest.By("ann"))).Refusal);

        Assert.Equal(3, pool.Stats.Bound);
    }
}
