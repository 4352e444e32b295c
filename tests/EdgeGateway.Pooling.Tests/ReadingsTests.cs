using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class ReadingsTests
{
    [Fact]
    public async Task With_metrics_off_calls_are_counted_and_not_timed()
    {
        var pool = PoolUnderTest.Warm(o => o with { CollectMetrics = false });
        var lease = await pool.Lease("ann");
        pool.Pass(1);

        lease.Release(LeaseOutcome.Reusable);

        var stats = pool.Stats;
        Assert.Equal((1L, 1L), (stats.Acquisitions, stats.Releases));
        Assert.Equal((0.0, 0.0), (stats.MeanUseMs, stats.UseMs.P99));
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

    [Theory]
    [InlineData(LeaseOutcome.Reusable)]
    [InlineData(LeaseOutcome.ServerFault)]
    public async Task Requests_whose_session_was_closed_under_them_are_counted_to_their_end(LeaseOutcome outcome)
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");

        // More than a slot has permits.
        var leases = Enumerable.Range(0, 40).Select(_ => PoolUnderTest.Request(binding)).ToList();
        pool.End(binding);

        Assert.True(binding.Session.IsClosed);
        Assert.Equal((40, 40L, 0L, 5), (pool.Stats.InFlight, pool.Stats.Acquisitions, pool.Stats.Releases, pool.Stats.Total));
        for (var ended = 1; ended <= 40; ended++)
        {
            pool.Release(leases[ended - 1], outcome);
            Assert.Equal((40 - ended, 40L, (long)ended), (pool.Stats.InFlight, pool.Stats.Acquisitions, pool.Stats.Releases));
        }

        leases.ForEach(lease => lease.Release(outcome));
        var sample = pool.Pool.Sample();
        Assert.Equal((0, 40L, 40L), (pool.Stats.InFlight, pool.Stats.Releases, pool.Stats.DoubleReleases));
        Assert.Equal(outcome == LeaseOutcome.Reusable ? (40L, 0L) : (0L, 40L), (sample.Healthy, sample.Faulty));
        Assert.Equal(39 / 40.0, pool.Stats.ReuseRate, 6);
        Assert.Equal(5, pool.Cap.Open);
    }

    [Fact]
    public async Task Events_carry_the_wall_clocks_time_though_it_is_never_asked_for_under_the_lock()
    {
        var pool = PoolUnderTest.Warm();
        pool.Pass(TimeSpan.FromSeconds(90.25));
        pool.End(await pool.Bind("ann"));

        Assert.Equal(pool.Clock.GetUtcNow(), pool.Pool.Events()[^1].At);
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
