using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>Drain, resume, reset, shutdown.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task A_drain_ends_as_soon_as_the_last_request_has_ended_and_its_session_is_closed_upstream()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 });
        var binding = await pool.Bind("ann");
        var lease = PoolUnderTest.Request(binding);
        var answer = new TaskCompletionSource();
        binding.Session.CloseAnswer = answer.Task;
        pool.Pool.TryDrain(TimeSpan.FromSeconds(30));
        pool.Run();

        // Nothing new gets in but what the running request may wait for; streams end when it has.
        Assert.False(binding.Ended.IsCancellationRequested || binding.Session.IsClosed);
        Assert.Equal(Rejection.Draining, binding.Acquire().Refusal?.Rejection);
        var answered = binding.Acquire(finishing: true);
        Assert.Null(answered.Refusal);
        pool.Release(answered.Lease);

        pool.Release(lease);
        Assert.True(binding.Session.IsClosed && binding.Ended.IsCancellationRequested);
        Assert.Equal(Rejection.BindingEnded, binding.Acquire(finishing: true).Refusal?.Rejection);
        Assert.False(pool.Pool.Drained.IsCompleted);
        answer.SetResult();
        pool.Run();

        await pool.Pool.Drained;
        Assert.Equal(0, pool.Cap.Open);
    }

    [Fact]
    public async Task A_drain_ends_though_the_upstream_answers_no_close()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 9, MaxSize = 9 });
        foreach (var session in pool.Upstream.Sessions)
        {
            session.CloseAnswer = new TaskCompletionSource().Task;
        }

        pool.Pool.TryDrain(TimeSpan.FromSeconds(1));
        pool.Run();
        Assert.Equal(4, pool.Upstream.Sessions.Count(session => session.IsClosed));
        pool.Pass(10);

        await pool.Pool.Drained;
        Assert.Equal((PoolStatus.Drained, 0), (pool.Stats.Status, pool.Cap.Open));
    }

    [Fact]
    public async Task A_drain_calls_off_the_handshakes_that_run()
    {
        var upstream = new FakeUpstream { Answer = Answer.Hang };
        var pool = PoolUnderTest.Warm(upstream: upstream);

        pool.Pool.TryDrain(TimeSpan.FromSeconds(30));
        pool.Pass(2);

        await pool.Pool.Drained;
        Assert.Equal((0, 0, 0), (upstream.Running, pool.Cap.Open, pool.Stats.Opening));
    }

    [Fact]
    public async Task A_session_that_was_being_opened_when_the_drain_began_is_closed_upstream()
    {
        // Cut at once, it would stay open at a server that had accepted it, and nobody would know its id.
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 }, upstream);

        pool.Pool.TryDrain(TimeSpan.FromSeconds(30));
        pool.Pass(1);
        Assert.False(pool.Pool.Drained.IsCompleted);
        upstream.LetGo();
        pool.Run();

        await pool.Pool.Drained;
        Assert.True(Assert.Single(upstream.Sessions).IsClosed);
        Assert.Equal((0, 0), (upstream.Running, pool.Cap.Open));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_resume_or_reset_the_pool_serves_and_the_old_drain_cuts_nothing(bool reset)
    {
        var pool = PoolUnderTest.Warm();
        var running = await pool.Lease("ann");
        pool.Pool.TryDrain(TimeSpan.FromSeconds(5));
        pool.Run();
        var drained = pool.Pool.Drained;
        Assert.False(drained.IsCompleted);

        if (reset)
        {
            pool.Pool.Reset();
        }
        else
        {
            Assert.True(pool.Pool.TryResume());
        }

        pool.Run();
        await drained;
        pool.Pass(20);

        Assert.False(running.Session.IsClosed);
        Assert.False(pool.Pool.TryResume());
        Assert.Equal((PoolStatus.Active, 5), (pool.Stats.Status, pool.Stats.Available));
        var long_ = await pool.Lease("bob");
        pool.Pass(20);
        Assert.False(long_.Session.IsClosed);
        pool.Release(running);
        Assert.True(running.Session.IsClosed);
    }

    [Fact]
    public async Task A_drain_after_a_resume_is_a_drain_of_its_own()
    {
        var pool = PoolUnderTest.Warm();
        for (var round = 0; round < 3; round++)
        {
            var lease = await pool.Lease("ann");
            Assert.True(pool.Pool.TryDrain(TimeSpan.FromSeconds(5)));
            Assert.True(pool.Pool.TryResume());
            Assert.True(pool.Pool.TryDrain(TimeSpan.FromSeconds(5)));
            pool.Run();
            Assert.False(pool.Pool.Drained.IsCompleted);
            pool.Release(lease);
            await pool.Pool.Drained;
            Assert.Equal(PoolStatus.Drained, pool.Stats.Status);
            Assert.True(pool.Pool.TryResume());
            pool.Run();
            Assert.Equal(5, pool.Stats.Total);
        }
    }

    [Fact]
    public async Task Reset_replaces_every_session_and_ends_bindings_without_cutting_requests()
    {
        var pool = PoolUnderTest.Warm();
        var before = pool.Upstream.Sessions.ToArray();
        var binding = await pool.Bind("ann");
        var idle = await pool.Bind("ann");
        var bound = PoolUnderTest.Request(binding);
        var running = await pool.Lease("bob");

        pool.Pool.Reset();
        pool.Run();

        Assert.True(idle.Ended.IsCancellationRequested && idle.Session.IsClosed);
        Assert.False(binding.Ended.IsCancellationRequested || bound.Session.IsClosed || running.Session.IsClosed);
        Assert.Equal(Rejection.BindingEnded, binding.Acquire().Refusal?.Rejection);
        Assert.Equal((5, 2), (pool.Stats.Available, pool.Stats.Draining));
        pool.Release(bound);
        pool.Release(running);
        Assert.True(binding.Ended.IsCancellationRequested);
        Assert.All(before, session => Assert.True(session.IsClosed));
        Assert.Equal((5, 5), (pool.Stats.Total, pool.Cap.Open));
        Assert.Equal(pool.Stats.Creates - pool.Stats.Destroys, pool.Stats.Total);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shutdown_closes_what_is_not_bound_and_leaves_bound_sessions_when_told_to(bool keepBound)
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var lease = await pool.Lease("ann");

        var ended = pool.Pool.ShutdownAsync(TimeSpan.FromSeconds(5), keepBound);
        pool.Run();
        Assert.False(ended.IsCompleted);
        pool.Release(lease);
        await ended;

        Assert.Equal(!keepBound, binding.Session.IsClosed);
        Assert.Equal(keepBound ? 1 : 0, pool.Upstream.Open.Count());
        Assert.Equal(Rejection.Disabled, (await pool.Ask("ann")).Refusal!.Rejection);
        Assert.Equal(keepBound ? Rejection.Disabled : Rejection.BindingEnded, binding.Acquire().Refusal!.Rejection);
        await pool.Pool.ShutdownAsync(TimeSpan.Zero, keepBound);
        Assert.False(pool.Pool.TryDrain(TimeSpan.Zero) || pool.Pool.TryResume());
        pool.Pool.Reset();
        pool.Pool.Apply(pool.Options with { Size = 9 });
        pool.Pass(60);
        Assert.Equal(keepBound ? 1 : 0, pool.Upstream.Open.Count());
        pool.Release(lease);
    }

    [Fact]
    public async Task Shutdown_waits_for_all_requests_of_a_bound_session_it_leaves_open()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var leases = Enumerable.Range(0, 40).Select(_ => PoolUnderTest.Request(binding)).ToList();

        var ended = pool.Pool.ShutdownAsync(TimeSpan.FromSeconds(30), keepBound: true);
        pool.Run();
        foreach (var lease in leases)
        {
            Assert.False(ended.IsCompleted || binding.Ended.IsCancellationRequested);
            pool.Release(lease);
        }

        await ended;
        Assert.False(binding.Session.IsClosed);
        Assert.Equal((0, 40L), (pool.Stats.InFlight, pool.Stats.Releases));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_drain_or_a_reset_overtakes_the_replacement_of_a_lost_session(bool drain)
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 });
        var binding = await pool.Bind("ann");
        pool.Upstream.Answer = Answer.Held;
        await pool.Bind("bob");
        var replaced = binding.ReplaceAsync(binding.Session);
        pool.Run();
        Assert.Equal(1, pool.Stats.Waiting);

        if (drain)
        {
            pool.Pool.TryDrain(TimeSpan.FromSeconds(5));
        }
        else
        {
            pool.Pool.Reset();
        }

        pool.Upstream.Answer = Answer.AtOnce;
        pool.Run();
        pool.Pass(6);

        Assert.Equal(drain ? Rejection.Draining : Rejection.BindingEnded, (await replaced)!.Rejection);
        pool.Run();
        Assert.True(binding.Ended.IsCancellationRequested);
        Assert.Equal((0, 0), (pool.Stats.Bound, pool.Stats.Waiting));
        Assert.Equal(drain ? (0, 0) : (1, 1), (pool.Stats.Total, pool.Cap.Open));
    }

    [Fact]
    public async Task Shutdown_during_a_drain_ends_both()
    {
        var pool = PoolUnderTest.Warm();
        var lease = await pool.Lease("ann");
        pool.Pool.TryDrain(TimeSpan.FromMinutes(10));
        pool.Run();
        var drained = pool.Pool.Drained;

        var ended = pool.Pool.ShutdownAsync(TimeSpan.FromSeconds(2), keepBound: false);
        pool.Pass(3);

        await ended;
        await drained;
        Assert.True(lease.Session.IsClosed);
        Assert.Equal(0, pool.Cap.Open);
    }
}
