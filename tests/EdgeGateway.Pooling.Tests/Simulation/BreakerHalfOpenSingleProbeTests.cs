using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>pool.md section 7, BreakerHalfOpenSingleProbe: one finds out whether the upstream is back, however many would like to.</summary>
public sealed class BreakerHalfOpenSingleProbeTests
{
    /// <summary>Shared sessions outlive the faults, those of one user do not: the probe is a ping here and a handshake there.</summary>
    [Theory]
    [InlineData(Isolation.Shared)]
    [InlineData(Isolation.User)]
    public void BreakerHalfOpenSingleProbe(Isolation isolation)
    {
        using var pool = new SimulatedPool(
            1,
            o => o with { Isolation = isolation, Size = 4, MaxSize = 8, AcquireTimeout = TimeSpan.FromSeconds(3), HandshakeTimeout = TimeSpan.FromSeconds(4) });
        pool.Pass(TimeSpan.FromSeconds(5));
        pool.Upstream.Is(Trouble.Down);
        var reached = 0;
        for (var caller = 0; caller < 20; caller++)
        {
            pool.Start(CallAsync);
        }

        pool.Pass(TimeSpan.FromMilliseconds(100));
        Assert.Equal((CircuitState.Open, 0), (pool.Stats.Circuit, pool.Stats.HealthScore));

        // The upstream takes its time to say no: what runs at once can be seen.
        pool.Upstream.Is(Trouble.Hangs);
        pool.Pass(TimeSpan.FromMilliseconds(200));
        var (mostAtOnce, trials, served) = (0, pool.Upstream.Trials, reached);
        pool.Stepped = () => mostAtOnce = Math.Max(mostAtOnce, pool.Upstream.Handshakes + pool.Upstream.ProbesRunning);
        pool.Start(async () =>
        {
            while (pool.Upstream[0] != Trouble.None)
            {
                pool.Start(CallAsync);
                pool.Start(BindAsync);
                await pool.WaitAsync(TimeSpan.FromMilliseconds(50));
            }
        });
        pool.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(1, mostAtOnce);
        Assert.InRange(pool.Upstream.Trials - trials, 4, 40);
        Assert.Equal(served, reached);
        Assert.NotEqual(CircuitState.Closed, pool.Stats.Circuit);

        pool.Upstream.Is(Trouble.None);
        pool.Stepped = static () => { };
        pool.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal((CircuitState.Closed, 100), (pool.Stats.Circuit, pool.Stats.HealthScore));
        Assert.Equal(4, pool.Stats.Available);

        async Task CallAsync()
        {
            var acquired = await pool.AcquireAsync(PoolUnderTest.By("ann"), LeaseMode.Exclusive);
            if (acquired.Refusal is null)
            {
                reached++;
                acquired.Lease.Release(await pool.Upstream.ServeAsync(acquired.Lease.Session, TimeSpan.FromMilliseconds(10)));
            }
        }

        async Task BindAsync()
        {
            var bound = await pool.BindAsync(PoolUnderTest.By("bob"));
            reached += bound.Refusal is null ? 1 : 0;
            bound.Binding?.End("the client said DELETE");
        }
    }
}
