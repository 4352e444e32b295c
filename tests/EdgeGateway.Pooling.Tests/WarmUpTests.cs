using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class WarmUpTests
{
    [Fact]
    public void A_new_pool_opens_its_size_and_reads_as_the_guide_shows_it()
    {
        var pool = PoolUnderTest.Warm();

        var stats = pool.Stats;
        Assert.Equal((5, 0, 5, 100), (stats.Total, stats.Active, stats.Available, stats.HealthScore));
        Assert.Equal((PoolStatus.Active, CircuitState.Closed, 5L, 5), (stats.Status, stats.Circuit, stats.Creates, pool.Cap.Open));
    }

    [Fact]
    public void Two_handshakes_run_at_a_time_and_the_pool_counts_as_healthy_meanwhile()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = PoolUnderTest.Warm(upstream: upstream);

        for (var opened = 0; opened < 5; opened++)
        {
            Assert.Equal(Math.Min(2, 5 - opened), upstream.Held.Count);
            Assert.Equal((PoolStatus.Warming, 100, opened), (pool.Stats.Status, pool.Stats.HealthScore, pool.Stats.Total));
            upstream.LetGo(most: 1);
            pool.Run();
        }

        Assert.Equal((PoolStatus.Active, 5, 2), (pool.Stats.Status, pool.Stats.Total, upstream.MostAtOnce));
    }

    [Fact]
    public void A_failed_handshake_is_tried_again_after_a_pause_that_grows()
    {
        var upstream = new FakeUpstream { Answer = Answer.Unauthorized };
        var pool = PoolUnderTest.Warm(upstream: upstream);
        var atOnce = upstream.Asked;

        pool.Pass(TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(10));

        Assert.InRange(atOnce, 1, 2);
        Assert.InRange(upstream.Asked, atOnce + 3, 60);
        Assert.Equal((PoolStatus.Error, 0), (pool.Stats.Status, pool.Stats.Total));
        Assert.NotEqual(100, pool.Stats.HealthScore);
        Assert.Equal("The upstream refused the credential.", pool.Stats.LastOpenError);
    }

    [Fact]
    public void When_the_upstream_comes_back_the_pool_fills_and_is_healthy_again()
    {
        var upstream = new FakeUpstream { Answer = Answer.Refuse };
        var pool = PoolUnderTest.Warm(upstream: upstream);
        pool.Pass(20);
        upstream.Answer = Answer.AtOnce;

        pool.Pass(120);

        Assert.Equal((5, 100, PoolStatus.Active), (pool.Stats.Total, pool.Stats.HealthScore, pool.Stats.Status));
        Assert.Null(pool.Stats.LastOpenError);
    }

    [Theory]
    [InlineData(false, "upstream_refused")]
    [InlineData(true, "upstream_auth")]
    public async Task When_nothing_is_ready_and_opening_fails_the_caller_is_told_at_once(bool unauthorized, string reason)
    {
        var upstream = new FakeUpstream { Answer = unauthorized ? Answer.Unauthorized : Answer.Refuse };
        var pool = new PoolUnderTest(upstream: upstream);

        var lease = await pool.Ask("ann");
        var bound = await pool.AskBind(PoolUnderTest.By("bob"));

        Assert.Equal((Rejection.OpenFailed, reason), (lease.Refusal!.Rejection, lease.Refusal.Reason));
        Assert.Equal((Rejection.OpenFailed, reason), (bound.Refusal!.Rejection, bound.Refusal.Reason));
        Assert.InRange(upstream.Asked, 1, 6);
    }

    [Fact]
    public async Task A_handshake_that_hangs_ends_at_its_timeout_and_fails_who_waited_for_it()
    {
        var upstream = new FakeUpstream { Answer = Answer.Hang };
        var pool = PoolUnderTest.Warm(upstream: upstream);
        var asked = pool.Ask("ann");

        pool.Pass(9.9);
        Assert.Equal(1, pool.Stats.Waiting);
        pool.Pass(0.2);

        Assert.Equal((Rejection.OpenFailed, "upstream_timeout"), ((await asked).Refusal!.Rejection, (await asked).Refusal!.Reason));
    }

    [Fact]
    public async Task Callers_with_a_busy_session_to_wait_for_do_not_make_the_pool_hammer_an_upstream_that_refuses()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1 });
        await pool.Lease("ann");
        pool.Upstream.Answer = Answer.Unauthorized;
        var before = pool.Upstream.Asked;

        _ = pool.Ask("ann");
        pool.Pass(20);

        Assert.Equal(1, pool.Stats.Waiting);
        Assert.InRange(pool.Upstream.Asked - before, 1, 40);
    }

    [Fact]
    public void A_server_whose_credential_only_callers_bring_is_not_warmed_up_and_is_healthy()
    {
        var pool = PoolUnderTest.Warm(o => o with { Credential = new Credential("none", IsStored: false, []) });

        pool.Pass(5);

        Assert.Equal((0, 100, PoolStatus.Active), (pool.Upstream.Asked, pool.Stats.HealthScore, pool.Stats.Status));
    }


    [Fact]
    public void An_opener_that_does_not_listen_does_not_keep_its_place()
    {
        var upstream = new DeafUpstream();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var work = new StepQueue();
        var pool = new SessionPool<FakeSession>(
            new PoolOptions { Enabled = true, Size = 2, DefaultClass = PoolUnderTest.Plain, Credential = PoolUnderTest.Stored }, upstream, new SessionCap(10), clock, null, work, new Random(1));
        work.Run();
        for (var second = 0; second < 60; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            work.Run();
        }

        Assert.NotNull(pool.Stats().LastOpenError);
        upstream.IsDeaf = false;
        for (var second = 0; second < 120; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            work.Run();
        }

        Assert.Equal((2, 100), (pool.Stats().Total, pool.Stats().HealthScore));
    }

    private sealed class DeafUpstream : ISessionOpener<FakeSession>
    {
        private int _number;

        public bool IsDeaf { get; set; } = true;

        public ValueTask<FakeSession> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken) =>
            IsDeaf ? new(new TaskCompletionSource<FakeSession>().Task) : new(new FakeSession(++_number, endpoint, sessionClass, credential, isStateful: true));
    }
}
