using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>pool.md section 7, SaturatedSubsides: overload leaves nothing behind, whatever it was like. There is no second stable state.</summary>
public sealed class SaturatedSubsidesTests
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(100);
    private const int Sessions = 5;
    private const double Capacity = Sessions / 0.1;

    [Theory]
    [InlineData(Isolation.User)]
    [InlineData(Isolation.Shared)]
    public void SaturatedSubsides(Isolation isolation)
    {
        using var pool = new SimulatedPool(
            1, o => o with { Isolation = isolation, Size = Sessions, MaxSize = Sessions, MaxConcurrency = 1, MaxPending = 1_000, AcquireTimeout = TimeSpan.FromSeconds(5) });
        pool.Pass(TimeSpan.FromSeconds(5));
        var perSecond = Capacity / 2;
        var waits = new List<TimeSpan>();
        var failed = 0;
        pool.Start(ArriveAsync);

        pool.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(0, failed);
        var usual = Percentile99();

        perSecond = Capacity * 2;
        pool.Pass(TimeSpan.FromMinutes(1));
        Assert.True(failed > 1_000, $"only {failed} failed: that was no overload");
        Assert.InRange(pool.Stats.Waiting, 100, 1_000);

        // Half the capacity is left for the line, which is several timeouts long with those who come again.
        perSecond = Capacity / 2;
        pool.Pass(TimeSpan.FromMinutes(1));
        waits.Clear();
        failed = 0;
        pool.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(0, failed);
        Assert.True(Percentile99() < usual * 2, $"p99 of the waits was {usual}, now it is {Percentile99()}");
        Assert.Equal(100, pool.Stats.HealthScore);

        perSecond = 0.001;
        pool.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal((0, 0, Sessions), (pool.Stats.Waiting, pool.Stats.InFlight, pool.Stats.Available));

        async Task ArriveAsync()
        {
            while (true)
            {
                await pool.WaitAsync(TimeSpan.FromSeconds(-Math.Log(1 - pool.Luck.NextDouble()) / perSecond));
                pool.Start(CallAsync);
            }
        }

        // Clients are no help: whoever fails comes again at once, and that is what overload lives on.
        async Task CallAsync()
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var began = pool.Time.Now;
                var acquired = await pool.AcquireAsync(PoolUnderTest.By("ann"), LeaseMode.Exclusive);
                if (acquired.Refusal is null)
                {
                    waits.Add(pool.Time.Now - began);
                    await pool.WaitAsync(Work);
                    acquired.Lease.Release(LeaseOutcome.Reusable);
                    return;
                }

                failed++;
            }
        }

        TimeSpan Percentile99() => waits.Order().ElementAt(waits.Count * 99 / 100);
    }
}
