using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>Configuration changes, drain, resume, reset, shutdown.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public void A_new_size_applies_without_a_reset()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxIdleTime = TimeSpan.FromSeconds(60), CleanupInterval = TimeSpan.FromSeconds(1) });

        pool.Apply(o => o with { Size = 8 });
        Assert.Equal(8, pool.Stats.Total);
        pool.Apply(o => o with { Size = 2, MaxSize = 4 });
        Assert.Equal(4, pool.Stats.Total);
        pool.Pass(70);

        Assert.Equal((2, 8L), (pool.Stats.Total, pool.Stats.Creates));
    }

    [Fact]
    public async Task A_lower_max_size_lets_running_requests_end()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 5; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Apply(o => o with { Size = 1, MaxSize = 2 });

        Assert.Equal((5, 3), (pool.Stats.Total, pool.Stats.Draining));
        Assert.All(leases, lease => Assert.False(lease.Session.IsClosed));
        leases.ForEach(lease => pool.Release(lease));
        Assert.Equal(2, pool.Stats.Total);
    }

    [Fact]
    public async Task A_change_of_isolation_closes_what_was_used_under_the_old_rule()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var used = await pool.Call("ann");
        var running = await pool.Lease("bob");

        pool.Apply(o => o with { Isolation = Isolation.Shared });

        Assert.Equal((true, false), (used.IsClosed, running.Session.IsClosed));
        for (var i = 0; i < 20; i++)
        {
            Assert.NotSame(running.Session, await pool.Call("carl"));
        }

        pool.Release(running);
        Assert.True(running.Session.IsClosed);
    }

    [Fact]
    public async Task A_new_credential_starts_a_new_generation_and_who_waits_gets_a_session_of_it()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1 });
        var binding = await pool.Bind("bob");
        var running = await pool.Lease("ann");
        var waiting = pool.Ask("ann");

        pool.Apply(o => o with { Credential = Credential.Stored(2) });
        Assert.False(running.Session.IsClosed);
        Assert.True(binding.Ended.IsCancellationRequested && binding.Session.IsClosed);
        pool.Release(running);

        var next = (await waiting).Lease.Session;
        Assert.True(running.Session.IsClosed);
        Assert.Equal("stored:2", next.Credential.Fingerprint);
        Assert.All(pool.Upstream.Open, session => Assert.Equal("stored:2", session.Credential.Fingerprint));
    }

    [Fact]
    public async Task A_new_connection_does_not_wait_for_the_handshakes_of_the_old_one()
    {
        var old = new FakeUpstream { Answer = Answer.Hang, IsStateful = false };
        var pool = PoolUnderTest.Warm(upstream: old);
        Assert.Equal(2, old.Running);
        var next = new FakeUpstream();

        pool.Apply(o => o, next);

        Assert.Equal((0, 5, 5), (old.Running, pool.Stats.Total, pool.Cap.Open));
        Assert.Null(pool.Stats.LastOpenError);
        await pool.Bind("ann");
    }

    [Fact]
    public async Task A_session_of_the_old_connection_that_arrives_late_is_closed_and_teaches_nothing()
    {
        var old = new FakeUpstream { Answer = Answer.Held, IsStateful = false };
        var pool = new PoolUnderTest(upstream: old);
        pool.Run();
        pool.Pool.Apply(pool.Options, new FakeUpstream());
        old.LetGo();
        pool.Run();
        Assert.Equal(2, old.Sessions.Count);

        Assert.NotNull((await pool.AskBind(PoolUnderTest.By("ann"))).Binding);
        Assert.All(old.Sessions, session => Assert.True(session.IsClosed));
        Assert.Equal((6, 6), (pool.Stats.Total, pool.Cap.Open));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_taken_for_granted_of_a_new_connection_because_the_old_upstream_kept_no_sessions(bool wasWarm)
    {
        var old = new FakeUpstream { Answer = wasWarm ? Answer.AtOnce : Answer.Held, IsStateful = false };
        var pool = PoolUnderTest.Warm(upstream: old);
        var next = new FakeUpstream { Answer = Answer.Held };
        pool.Pool.Apply(pool.Options, next);
        old.LetGo();
        pool.Run();

        var asked = pool.AskBind(PoolUnderTest.By("ann", PoolUnderTest.Roots));
        while (next.Held.Count > 0)
        {
            next.LetGo();
            pool.Run();
        }

        // Its capabilities would be kept from an upstream that is shared.
        Assert.Equal(PoolUnderTest.Roots, (await asked).Binding!.Session.Class);
    }

    [Fact]
    public async Task Fewer_endpoints_than_before_do_not_confuse_the_requests_that_still_run()
    {
        var pool = PoolUnderTest.Warm(o => o with { EndpointWeights = [1, 1, 1], Isolation = Isolation.User });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 5; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Apply(o => o with { EndpointWeights = [1] });
        foreach (var (i, lease) in leases.Index())
        {
            pool.Release(lease, i % 2 == 0 ? LeaseOutcome.Reusable : LeaseOutcome.ServerFault);
        }

        Assert.Equal((0, 5), (pool.Stats.InFlight, pool.Stats.Total));
        Assert.All(pool.Upstream.Open, session => Assert.Equal(0, session.Endpoint));
    }

    [Fact]
    public async Task Switching_the_pool_off_and_on_again_keeps_bindings_and_refills_the_stock()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var running = await pool.Lease("bob");

        pool.Apply(o => o with { Enabled = false });
        Assert.Equal((2, 1, 1), (pool.Stats.Total, pool.Stats.Bound, pool.Stats.Draining));
        await pool.Call("carl");
        Assert.Equal(2, pool.Stats.Total);
        pool.Apply(o => o with { Enabled = true });
        pool.Release(running);

        Assert.Equal((6, 1), (pool.Stats.Total, pool.Stats.Bound));
        PoolUnderTest.Request(binding).Release(LeaseOutcome.Reusable);
    }

    [Fact]
    public async Task A_change_of_strategy_applies_to_the_next_request()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 2, MaxSize = 2 });
        await pool.Call("ann");
        pool.Apply(o => o with { Strategy = PoolStrategy.Sticky });
        var home = await pool.Call("ann");

        for (var i = 0; i < 10; i++)
        {
            Assert.Same(home, await pool.Call("ann"));
        }

        Assert.Equal(2L, pool.Stats.Creates);
    }

    [Fact]
    public async Task A_drain_refuses_newcomers_and_waiters_and_cuts_no_lease_before_its_timeout()
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
        Assert.Equal(0, pool.Stats.InFlight);
    }

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
        Assert.True(binding.Ended.IsCancellationRequested);
        Assert.False(binding.Session.IsClosed);

        pool.Release(lease);
        Assert.True(binding.Session.IsClosed);
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
        pool.Run();

        await pool.Pool.Drained;
        Assert.Equal((0, 0, 0), (upstream.Running, pool.Cap.Open, pool.Stats.Opening));
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

        Assert.True(binding.Ended.IsCancellationRequested && idle.Session.IsClosed);
        Assert.False(bound.Session.IsClosed || running.Session.IsClosed);
        Assert.Equal((5, 2), (pool.Stats.Available, pool.Stats.Draining));
        pool.Release(bound);
        pool.Release(running);
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

    [Fact]
    public async Task Stats_sessions_and_events_tell_one_story()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var lease = await pool.Lease("bob");
        pool.Pass(TimeSpan.FromMilliseconds(80));
        pool.Release(lease);
        await pool.Call("bob");
        var running = await pool.Lease("carl");

        var stats = pool.Stats;
        var sessions = pool.Pool.Sessions();
        Assert.Equal((6, 2, 4, 1, 1), (stats.Total, stats.Active, stats.Available, stats.Bound, stats.InFlight));
        Assert.Equal(stats.Total, stats.Active + stats.Available + stats.Unhealthy + stats.Draining);
        Assert.Equal((3L, 2L, 6L, 0L), (stats.Acquisitions, stats.Releases, stats.Creates, stats.Destroys));
        Assert.Equal(1.0 / 3, stats.ReuseRate, 6);
        Assert.InRange(stats.UseMs.P99, 76, 88);
        Assert.Equal(40, stats.MeanUseMs, 6);
        var bobs = sessions.Single(session => session.SessionId == lease.Session.DisplayId);
        Assert.Equal((2L, 0, SessionStatus.Available, false), (bobs.ReuseCount, bobs.InFlight, bobs.Status, bobs.Bound));
        Assert.StartsWith("bob", bobs.Partition, StringComparison.Ordinal);
        Assert.Equal(SessionStatus.Active, sessions.Single(session => session.SessionId == running.Session.DisplayId).Status);
        Assert.True(sessions.Single(session => session.SessionId == binding.Session.DisplayId).Bound);
        Assert.Equal(3, sessions.Count(session => session.Partition is null));
        var events = pool.Pool.Events();
        Assert.Equal(6, events.Count(happened => happened.Kind == "opened"));
        Assert.Equal("bound", events.Single(happened => happened.Kind == "bound").Kind);
        Assert.Equal(events.Select(happened => happened.Sequence), Enumerable.Range(1, events.Count).Select(i => (long)i));
        Assert.Equal(events.Select(e => e.Sequence), pool.Told.Select(e => e.Sequence).Order());
    }

    [Fact]
    public async Task Only_the_last_256_events_are_kept()
    {
        var pool = PoolUnderTest.Warm();
        for (var i = 0; i < 100; i++)
        {
            pool.End(await pool.Bind("ann"));
        }

        var events = pool.Pool.Events();
        Assert.Equal(256, events.Count);
        Assert.Equal(pool.Told.Max(happened => happened.Sequence), events[^1].Sequence);
        Assert.Equal(255, events[^1].Sequence - events[0].Sequence);
    }
}
