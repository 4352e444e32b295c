using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>One of three endpoints fails every other call, at random, and answers every handshake and every ping.</summary>
public sealed class FlakyEndpointTests
{
    private const int Flaky = 1;

    [Theory]
    [InlineData(PoolStrategy.RoundRobin, 6, 1)]
    [InlineData(PoolStrategy.RoundRobin, 3, 2)]
    [InlineData(PoolStrategy.RoundRobin, 24, 3)]
    [InlineData(PoolStrategy.LeastConnections, 6, 4)]
    [InlineData(PoolStrategy.Weighted, 9, 5)]
    public void Few_callers_meet_it_and_it_serves_its_share_when_it_is_well(PoolStrategy strategy, int size, int seed)
    {
        using var pool = new SimulatedPool(
            seed,
            o => o with { Isolation = Isolation.Shared, Strategy = strategy, EndpointWeights = [1, 1, 1], Size = size, MaxSize = 2 * size, RebalanceInterval = TimeSpan.FromMinutes(1) });
        var (calls, failed, refused) = (0, 0, 0);
        var served = new int[3];
        pool.Pass(TimeSpan.FromSeconds(5));
        pool.Start(ArriveAsync);
        pool.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal((0, 0), (failed, refused));

        pool.Upstream[Flaky] = Trouble.Faulty;
        calls = 0;
        pool.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(0, refused);
        Assert.InRange(calls, 14_000, 16_000);
        Assert.True(failed <= calls / 100, $"{failed} of {calls} calls failed");

        pool.Upstream[Flaky] = Trouble.None;
        pool.Pass(TimeSpan.FromMinutes(5));
        Array.Clear(served);
        pool.Pass(TimeSpan.FromMinutes(1));
        Assert.InRange(served[Flaky], served.Sum() / 4, served.Sum() / 2);
        Assert.Equal((CircuitState.Closed, 0, 100), (pool.Stats.Circuit, pool.Stats.Unhealthy, pool.Stats.HealthScore));

        async Task ArriveAsync()
        {
            while (pool.Time.Now < TimeSpan.FromMinutes(12))
            {
                await pool.WaitAsync(TimeSpan.FromMilliseconds(20));
                pool.Start(CallAsync);
            }
        }

        async Task CallAsync()
        {
            calls++;
            var acquired = await pool.AcquireAsync(PoolUnderTest.By("ann"), LeaseMode.Shared);
            if (acquired.Refusal is not null)
            {
                refused++;
                return;
            }

            var session = acquired.Lease.Session;
            served[session.Endpoint]++;
            var outcome = await pool.Upstream.ServeAsync(session, TimeSpan.FromMilliseconds(10));
            failed += outcome == LeaseOutcome.Reusable ? 0 : 1;
            acquired.Lease.Release(outcome);
        }
    }

    /// <summary>Five faults in a row send endpoints away here, too, and now and then all of them: that is what it is compared with.</summary>
    [Fact]
    public void Where_all_endpoints_are_flaky_their_rates_cost_nobody_an_answer()
    {
        var byRate = Answered(threshold: 90);
        var byFaultsInARow = Answered(threshold: 1);

        Assert.True(byRate >= 0.95 * byFaultsInARow, $"{byRate} calls are answered, and {byFaultsInARow} where no rate is too low");
    }

    private static int Answered(int threshold)
    {
        using var pool = new SimulatedPool(
            1, o => o with { Isolation = Isolation.Shared, EndpointWeights = [1, 1, 1], Size = 6, MaxSize = 6, HealthCheckThreshold = threshold });
        var answered = 0;
        pool.Pass(TimeSpan.FromSeconds(5));
        pool.Upstream.Is(Trouble.Faulty);
        for (var call = 0; call < 10_000; call++)
        {
            pool.Start(async () => Count(await pool.CallAsync(PoolUnderTest.By("ann"), TimeSpan.FromMilliseconds(10), LeaseMode.Shared)));
            pool.Pass(TimeSpan.FromMilliseconds(20));
        }

        return answered;

        void Count(LeaseOutcome? outcome) => answered += outcome == LeaseOutcome.Reusable ? 1 : 0;
    }
}
