using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class SampleTests
{
    [Fact]
    public async Task A_sample_says_what_the_stats_say()
    {
        var pool = PoolUnderTest.Warm();
        Assert.Equal(PoolSample.Zero with { Open = 5 }, pool.Pool.Sample());
        await pool.Bind("ann");
        var lease = await pool.Lease("bob");
        pool.Pass(TimeSpan.FromMilliseconds(80));
        pool.Release(lease);
        await pool.Call("bob", LeaseOutcome.ServerFault);
        await pool.Call("bob", LeaseOutcome.CallerCancelled);
        await pool.Lease("carl");

        var (sample, stats) = (pool.Pool.Sample(), pool.Stats);

        Assert.Equal((stats.Acquisitions, stats.Releases, stats.InFlight, stats.Total), (sample.Acquisitions, sample.Releases, sample.InFlight, sample.Open));
        Assert.Equal((4L, 3L), (sample.Acquisitions, sample.Releases));
        Assert.Equal((1L, 1L), (sample.Healthy, sample.Faulty));
        Assert.Equal((stats.UseMs, stats.MeanUseMs), (sample.Uses.Percentiles(), sample.Uses.MeanMs));
        Assert.Equal((stats.WaitMs, 4L), (sample.Waits.Percentiles(), sample.Waits.Count));
    }

    [Fact]
    public async Task Those_who_get_nothing_are_counted_by_why()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1, MaxPending = 2, AcquireTimeout = TimeSpan.FromSeconds(5) });
        var held = await pool.Lease("ann");
        using var gone = new CancellationTokenSource();
        var cancelled = pool.AskUntil(gone.Token, PoolUnderTest.By("ann"));
        var late = pool.Ask("ann");
        var refused = await pool.Ask("ann");
        Assert.NotNull(refused.Refusal);
        await gone.CancelAsync();
        pool.Pass(6);

        var sample = pool.Pool.Sample();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.NotNull((await late).Refusal);
        Assert.Equal((1L, 1L, 1L), (sample.Timeouts, sample.Rejections, sample.Cancellations));
        pool.Release(held);
    }

    [Fact]
    public async Task The_difference_of_two_samples_is_what_happened_between_them()
    {
        var pool = PoolUnderTest.Warm();
        await Use(TimeSpan.FromMilliseconds(10), 50);
        var before = pool.Pool.Sample();
        await Use(TimeSpan.FromMilliseconds(400), 4);

        var between = pool.Pool.Sample().Uses.Since(before.Uses);

        Assert.Equal((4L, 400.0), (between.Count, Math.Round(between.MeanMs, 6)));
        Assert.InRange(between.Percentiles().P50, 380, 420);
        Assert.InRange(pool.Stats.UseMs.P50, 9.5, 10.5);

        async Task Use(TimeSpan time, int times)
        {
            for (var i = 0; i < times; i++)
            {
                var lease = await pool.Lease("ann");
                pool.Pass(time);
                pool.Release(lease);
            }
        }
    }

    [Fact]
    public async Task A_sample_stays_as_it_was_when_the_pool_goes_on()
    {
        var pool = PoolUnderTest.Warm();
        await pool.Call("ann");
        var sample = pool.Pool.Sample();

        Assert.Same(sample.Uses, pool.Pool.Sample().Uses);
        await pool.Call("ann");

        Assert.Equal((1L, 1L), (sample.Uses.Count, sample.Waits.Count));
        Assert.Equal(2, pool.Pool.Sample().Uses.Count);
    }
}
