using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>pool.md section 5, grow: HikariCP's spike. A handshake takes far longer than the work in line, so opening more sessions helps nobody.</summary>
public sealed class Spike50Tests
{
    [Theory]
    [InlineData(Isolation.User, LeaseMode.Exclusive)]
    [InlineData(Isolation.Shared, LeaseMode.Shared)]
    public void Spike50(Isolation isolation, LeaseMode mode)
    {
        using var pool = new SimulatedPool(
            1,
            o => o with { Isolation = isolation, Size = 5, MaxSize = 50, MaxConcurrency = 1 },
            handshakeTime: TimeSpan.FromMilliseconds(150));
        pool.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal((5, 0), (pool.Stats.Available, pool.Stats.Opening));

        var most = 0;
        pool.Stepped = () => most = Math.Max(most, pool.Stats.Total);
        var began = pool.Time.Now;
        var done = new List<TimeSpan>();
        for (var caller = 0; caller < 50; caller++)
        {
            pool.Start(CallAsync);
        }

        pool.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(50, done.Count);
        Assert.True(done.Max() < TimeSpan.FromMilliseconds(60), $"the last call ended after {done.Max().TotalMilliseconds} ms");
        Assert.InRange(most, 5, 7);

        async Task CallAsync()
        {
            var acquired = await pool.AcquireAsync(PoolUnderTest.By("ann"), mode);
            Assert.Null(acquired.Refusal);
            await pool.WaitAsync(TimeSpan.FromMilliseconds(2));
            acquired.Lease.Release(LeaseOutcome.Reusable);
            done.Add(pool.Time.Now - began);
        }
    }
}
