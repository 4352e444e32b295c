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

    [Fact]
    public async Task Without_a_pool_a_refused_credential_does_not_count_for_ever()
    {
        var upstream = new FakeUpstream { Answer = Answer.Unauthorized };
        var pool = PoolUnderTest.Warm(o => o with { Enabled = false }, upstream);
        Assert.Equal("upstream_auth", (await pool.Ask("ann")).Refusal!.Reason);
        pool.Pass(200);
        Assert.Equal(0, pool.Stats.HealthScore);
        Assert.InRange(upstream.Asked, 2, 5);

        upstream.Answer = Answer.AtOnce;
        pool.Pass(62);

        Assert.Equal((100, 0), (pool.Stats.HealthScore, pool.Stats.Total));
        Assert.Null(pool.Stats.LastOpenError);
    }

    [Fact]
    public void A_pool_that_has_nothing_and_may_open_nothing_is_not_healthy_until_the_gateway_has_a_place()
    {
        var cap = new SessionCap(1);
        Assert.True(cap.TryTake());
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 }, cap: cap);
        pool.Pass(5);
        Assert.Equal((0, 0), (pool.Stats.Total, pool.Stats.HealthScore));

        cap.Return();
        pool.Pass(2);

        Assert.Equal((1, 100), (pool.Stats.Total, pool.Stats.HealthScore));
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


    [Fact]
    public void A_probe_that_finds_one_session_forgotten_has_younger_ones_asked_as_well()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 4, HealthCheckInterval = TimeSpan.FromSeconds(30) });
        pool.Pass(20);
        pool.Apply(o => o with { Size = 6 });
        pool.Pass(5);
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(ProbeResult.SessionGone);
        }

        pool.Pass(15);

        Assert.All(pool.Upstream.Sessions.Take(6), session => Assert.True(session.IsClosed));
    }

    [Fact]
    public async Task Several_requests_that_find_one_session_forgotten_have_the_others_asked_once()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2 });
        var binding = await pool.Bind("ann");
        var requests = Enumerable.Range(0, 4).Select(_ => PoolUnderTest.Request(binding)).ToList();
        pool.Release(requests[0], LeaseOutcome.SessionGone);
        var others = pool.Upstream.Sessions.Where(session => session != requests[0].Session).ToList();
        Assert.All(others, session => Assert.Equal(1, session.Probes));
        pool.Apply(o => o with { Size = 3 });
        var younger = pool.Upstream.Sessions.Except(others).Single(session => session != requests[0].Session);

        foreach (var lease in requests.Skip(1))
        {
            pool.Release(lease, LeaseOutcome.SessionGone);
        }

        Assert.All(others, session => Assert.Equal(1, session.Probes));
        Assert.Equal(0, younger.Probes);
    }
}
