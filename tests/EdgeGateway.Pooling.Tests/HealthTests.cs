using EdgeGateway.Pooling.Stats;
using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData(LeaseOutcome.SessionGone)]
    [InlineData(LeaseOutcome.TimedOut)]
    [InlineData(LeaseOutcome.CallerCancelled)]
    [InlineData(LeaseOutcome.ServerFault)]
    public async Task A_session_that_did_not_end_its_request_cleanly_is_replaced(LeaseOutcome outcome)
    {
        var pool = PoolUnderTest.Warm();

        var session = await pool.Call("ann", outcome);

        Assert.Equal(1, session.Closes);
        Assert.NotSame(session, await pool.Call("ann"));
        Assert.Equal((5, 5), (pool.Stats.Total, pool.Cap.Open));
    }

    [Fact]
    public async Task A_healthy_answer_keeps_the_session()
    {
        var pool = PoolUnderTest.Warm();

        Assert.False((await pool.Call("ann")).IsClosed);
    }

    [Fact]
    public async Task A_shared_session_stays_through_a_fault_and_is_ejected_for_five_in_a_row()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Strategy = PoolStrategy.Sticky });
        var session = await pool.Call("ann");
        for (var fault = 1; fault <= 5; fault++)
        {
            Assert.False(session.IsClosed);
            await pool.Call(PoolUnderTest.By("ann"), LeaseOutcome.ServerFault);

            // Other sessions of the endpoint are fine, so its circuit stays closed.
            await pool.Call(PoolUnderTest.By("bob", stickyKey: Other(pool, session)));
        }

        Assert.True(session.IsClosed);
        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
    }

    [Fact]
    public async Task Half_the_sessions_of_an_endpoint_are_never_ejected_at_once()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 4, MaxSize = 4, MaxConcurrency = 32 });
        var busy = new List<Lease<FakeSession>>();
        for (var i = 0; i < 4; i++)
        {
            busy.Add(await pool.Lease("busy"));
        }

        // Bad enough to be ejected each, but never five in a row for the endpoint.
        for (var i = 0; i < 200; i++)
        {
            await pool.Call("ann", i % 5 < 4 ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable);
            Assert.InRange(pool.Stats.Draining, 0, 1);
        }

        Assert.Equal(1, pool.Stats.Draining);
        busy.ForEach(lease => pool.Release(lease));
    }

    [Fact]
    public async Task Five_faults_in_a_row_open_the_circuit_and_callers_are_refused_at_once()
    {
        var pool = PoolUnderTest.Warm();
        pool.Upstream.Answer = Answer.Refuse;

        await OpenCircuit(pool);
        var refusal = (await pool.Ask("ann")).Refusal!;
        var bound = (await pool.AskBind(PoolUnderTest.By("ann"))).Refusal!;

        Assert.Equal(("circuit_open", Rejection.CircuitOpen), (refusal.Reason, bound.Rejection));
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Assert.Equal((CircuitState.Open, 0), (pool.Stats.Circuit, pool.Stats.HealthScore));
    }

    [Fact]
    public async Task Who_waits_when_the_last_circuit_opens_is_told_at_once()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 1, MaxSize = 1, MaxConcurrency = 6 });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 6; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Upstream.Answer = Answer.Refuse;
        var waiting = Enumerable.Range(0, 8).Select(_ => pool.Ask("ann")).ToArray();
        for (var i = 0; i < 6; i++)
        {
            pool.Release(leases[i], LeaseOutcome.ServerFault);
        }

        var refusals = (await Task.WhenAll(waiting)).Select(one => one.Refusal?.Reason).ToArray();
        Assert.Contains("circuit_open", refusals);
        Assert.Equal(0, pool.Stats.Waiting);
    }

    [Fact]
    public async Task After_the_pause_one_probe_decides_and_success_closes_the_circuit()
    {
        var pool = PoolUnderTest.Stateless();
        await OpenCircuit(pool);
        var probe = new TaskCompletionSource<ProbeResult>();
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(probe.Task);
        }

        pool.Pass(2);
        Assert.Equal((CircuitState.HalfOpen, 1), (pool.Stats.Circuit, pool.Upstream.Sessions.Sum(session => session.Probes)));
        var waiting = pool.Ask("ann");
        pool.Pass(3);
        Assert.Equal((1, 1), (pool.Stats.Waiting, pool.Upstream.Sessions.Sum(session => session.Probes)));
        probe.SetResult(ProbeResult.Alive);
        pool.Run();

        Assert.Null((await waiting).Refusal);
        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
    }

    [Theory]
    [InlineData(ProbeResult.ServerFault)]
    [InlineData(ProbeResult.SessionGone)]
    public async Task The_circuit_heals_whatever_the_first_probe_found(ProbeResult found)
    {
        var pool = PoolUnderTest.Stateless();
        await OpenCircuit(pool);
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(found);
        }

        pool.Pass(2);
        Assert.Equal(found == ProbeResult.ServerFault ? CircuitState.Open : CircuitState.Closed, pool.Stats.Circuit);
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(ProbeResult.Alive);
        }

        pool.Pass(10);
        await pool.Call("ann");
        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("drain")]
    [InlineData("shrink")]
    public async Task A_circuit_heals_though_its_probe_was_overtaken(string by)
    {
        var pool = PoolUnderTest.Stateless();
        await OpenCircuit(pool);
        var never = new TaskCompletionSource<ProbeResult>();
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(never.Task);
        }

        pool.Pass(2);
        switch (by)
        {
            case "reset":
                pool.Pool.Reset();
                break;
            case "drain":
                pool.Pool.TryDrain(TimeSpan.Zero);
                pool.Pool.TryResume();
                break;
            default:
                pool.Apply(o => o with { Size = 1, MaxSize = 1 });
                break;
        }

        never.SetResult(ProbeResult.ServerFault);
        pool.Run();
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(ProbeResult.Alive);
        }

        pool.Pass(70);
        await pool.Call("ann");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_circuit_heals_though_its_trial_handshake_was_overtaken(bool reset)
    {
        var pool = PoolUnderTest.Warm();
        pool.Upstream.Answer = Answer.Refuse;
        await OpenCircuit(pool);
        pool.Upstream.Answer = Answer.Hang;
        pool.Pass(3);
        Assert.Equal(CircuitState.HalfOpen, pool.Stats.Circuit);

        if (reset)
        {
            pool.Pool.Reset();
        }
        else
        {
            pool.Pool.TryDrain(TimeSpan.Zero);
            pool.Run();
            pool.Pool.TryResume();
        }

        pool.Upstream.Answer = Answer.AtOnce;
        pool.Pass(15);
        await pool.Call("ann");
    }

    [Fact]
    public async Task What_was_under_way_when_the_circuit_opened_does_not_prolong_its_pause()
    {
        var pool = PoolUnderTest.Stateless(o => o with { MaxConcurrency = 32 });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 60; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        leases.ForEach(lease => lease.Release(LeaseOutcome.ServerFault));
        pool.Pass(3);

        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
        Assert.Single(pool.Pool.Events(), happened => happened.Kind == "circuit_open");
    }

    [Fact]
    public async Task With_one_endpoint_down_the_other_serves_and_no_caller_sees_it()
    {
        var upstream = new FakeUpstream { Answers = (endpoint, _) => endpoint == 0 ? Answer.Refuse : Answer.AtOnce };
        var pool = PoolUnderTest.Warm(o => o with { EndpointWeights = [1, 1] }, upstream);

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(1, (await pool.Call($"user{i}")).Endpoint);
            Assert.Equal(1, (await pool.Bind($"user{i}")).Session.Endpoint);
            pool.Pass(1);
        }

        Assert.InRange(pool.Stats.Total - pool.Stats.Bound, 5, 10);
        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
    }

    [Fact]
    public void An_endpoint_that_came_back_gets_its_share_again_and_then_nothing_moves()
    {
        var isDown = true;
        var upstream = new FakeUpstream { Answers = (endpoint, _) => endpoint == 0 && isDown ? Answer.Refuse : Answer.AtOnce };
        var pool = PoolUnderTest.Warm(o => o with { Size = 6, EndpointWeights = [1, 1], RebalanceInterval = TimeSpan.FromSeconds(60), HealthCheckInterval = TimeSpan.FromHours(1) }, upstream);
        pool.Pass(50);
        Assert.All(upstream.Open, session => Assert.Equal(1, session.Endpoint));
        isDown = false;

        pool.Pass(200);

        Assert.Equal((3, 3), (upstream.Open.Count(s => s.Endpoint == 0), upstream.Open.Count(s => s.Endpoint == 1)));
        Assert.Equal(3, pool.Pool.Events().Count(happened => happened.Kind == "rebalanced"));
        var settled = pool.Stats.Creates;
        pool.Pass(600);
        Assert.Equal(settled, pool.Stats.Creates);
    }

    [Fact]
    public async Task Bound_sessions_count_when_endpoints_are_evened_out_and_are_never_touched()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, EndpointWeights = [1, 1], RebalanceInterval = TimeSpan.FromSeconds(60) });
        var bindings = new List<Binding<FakeSession>>();
        for (var i = 0; i < 10; i++)
        {
            bindings.Add(await pool.Bind("ann"));
        }

        var streams = bindings.Select(binding => binding.HoldStream()).ToArray();
        bindings.Where(binding => binding.Session.Endpoint == 0).ToList().ForEach(pool.End);
        pool.Pass(130);
        var settled = pool.Stats.Creates;
        pool.Pass(600);

        Assert.Equal(settled, pool.Stats.Creates);
        Assert.All(bindings.Where(b => b.Session.Endpoint == 1), b => Assert.False(b.Ended.IsCancellationRequested));
        Assert.Equal(10, streams.Length);
    }

    [Fact]
    public async Task A_session_idle_for_long_is_probed_and_replaced_when_the_upstream_forgot_it()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, HealthCheckInterval = TimeSpan.FromSeconds(60) });
        var lost = pool.Upstream.Sessions[0];
        lost.OnProbe = () => new(ProbeResult.SessionGone);
        pool.Pass(50);
        Assert.Equal(0, pool.Upstream.Sessions.Sum(session => session.Probes));

        pool.Pass(20);

        // Its neighbour was asked in turn, and once more because the upstream had forgotten one.
        Assert.True(lost.IsClosed);
        Assert.Equal((2, 2), (pool.Stats.Total, pool.Upstream.Sessions[1].Probes));
        await pool.Call("ann");
    }

    [Fact]
    public async Task A_probe_that_never_ends_or_throws_frees_its_place()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 3 });
        pool.Upstream.Sessions[0].OnProbe = () => new(Task.Delay(Timeout.InfiniteTimeSpan, new CancellationToken(canceled: true)).ContinueWith(_ => ProbeResult.ServerFault, TaskScheduler.Default));
        pool.Upstream.Sessions[1].OnProbe = () => ValueTask.FromException<ProbeResult>(new OperationCanceledException());

        pool.Pass(300);

        Assert.True(pool.Upstream.Sessions[2].Probes >= 3);
        await pool.Call("ann");
        Assert.Equal(3, pool.Stats.Total);
    }

    [Theory]
    [InlineData(1, 1, 0, 0, false, 100)]
    [InlineData(0.5, 1, 0, 0, false, 50)]
    [InlineData(2, 1, 0, 0, false, 100)]
    [InlineData(1, 0.9, 100, 0, false, 90)]
    [InlineData(1, 1, 95, 5, false, 75)]
    [InlineData(1, 1, 50, 50, false, 50)]
    [InlineData(0.8, 0.5, 99, 1, false, 38)]
    [InlineData(1, 1, 0, 0, true, 0)]
    public void The_health_score_multiplies_availability_success_and_waiting(
        double availability, double success, long acquisitions, long timeouts, bool open, int score) =>
        Assert.Equal(score, HealthScore.Of(availability, success, acquisitions, timeouts, open));

    [Fact]
    public async Task Faults_and_timeouts_lower_the_score_and_a_clean_minute_restores_it()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 3, MaxSize = 3, MaxConcurrency = 1, AcquireTimeout = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 20; i++)
        {
            await pool.Call("ann", i % 4 == 0 ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable);
        }

        Assert.Equal((0.75, 75), (pool.Stats.SuccessRate, pool.Stats.HealthScore));
        var leases = new[] { await pool.Lease("ann"), await pool.Lease("ann"), await pool.Lease("ann") };
        _ = pool.Ask("ann");
        pool.Pass(2);
        Assert.InRange(pool.Stats.HealthScore, 50, 74);
        Array.ForEach(leases, lease => pool.Release(lease));

        pool.Pass(61);

        Assert.Equal((1, 100), (pool.Stats.SuccessRate, pool.Stats.HealthScore));
    }

    [Fact]
    public async Task A_pool_that_cannot_open_all_it_should_is_not_healthy_until_it_can()
    {
        var pool = PoolUnderTest.Warm();
        pool.Upstream.Answer = Answer.Unauthorized;
        await pool.Call("ann", LeaseOutcome.SessionGone);
        await pool.Call("bob", LeaseOutcome.SessionGone);
        Assert.Equal(60, pool.Stats.HealthScore);

        pool.Upstream.Answer = Answer.AtOnce;
        pool.Pass(5);

        Assert.Equal(100, pool.Stats.HealthScore);
    }

    private static string Other(PoolUnderTest pool, FakeSession session)
    {
        for (var i = 0; ; i++)
        {
            var lease = pool.Pool.AcquireAsync(PoolUnderTest.By("bob", stickyKey: $"k{i}"), LeaseMode.Shared, default).AsTask().Result.Lease;
            lease.Release(LeaseOutcome.Reusable);
            if (lease.Session != session)
            {
                return $"k{i}";
            }
        }
    }

    private static async Task OpenCircuit(PoolUnderTest pool)
    {
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 5; i++)
        {
            leases.Add(await pool.Lease($"user{i}"));
        }

        leases.ForEach(lease => lease.Release(LeaseOutcome.ServerFault));
        pool.Run();
        Assert.Equal(CircuitState.Open, pool.Stats.Circuit);
    }
}
