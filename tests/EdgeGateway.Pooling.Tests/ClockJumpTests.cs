using EdgeGateway.Pooling.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Pooling.Tests;

/// <summary>An edge host without a battery wakes up in 1970 and is set right later: that is no time passing.</summary>
public sealed class ClockJumpTests
{
    [Theory]
    [InlineData(365)]
    [InlineData(-365)]
    public void A_wall_clock_that_is_set_expires_nothing(int days)
    {
        var time = new FakeTimeProvider();
        var clock = new SetClock(time);
        var (upstream, work) = (new FakeUpstream(), new StepQueue());
        var options = new PoolOptions { Enabled = true, Size = 3, DefaultClass = PoolUnderTest.Plain, Credential = PoolUnderTest.Stored };
        var pool = new SessionPool<FakeSession>(options, upstream, new SessionCap(100), clock, null, work, new Random(1));
        work.Run();
        Assert.Equal(3, pool.Stats().Available);

        clock.Wrong = TimeSpan.FromDays(days);
        for (var second = 0; second < 120; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            work.Run();
        }

        Assert.Equal((3, 0L), (pool.Stats().Available, pool.Stats().Destroys));
        Assert.Equal(TimeSpan.FromSeconds(120), pool.Stats().MeanAge);

        // People see the time as it is told now.
        pool.TryDrain(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        work.Run();
        Assert.Equal(days > 0, pool.Events()[^1].At > pool.Events()[0].At);
    }

    /// <summary>Somebody sets the time of day; what is measured goes on as if nothing had happened.</summary>
    private sealed class SetClock(FakeTimeProvider time) : TimeProvider
    {
        public TimeSpan Wrong { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Wrong;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
    }
}
