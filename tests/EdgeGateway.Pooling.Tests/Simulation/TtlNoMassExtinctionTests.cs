using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>pool.md section 7, TtlNoMassExtinction: sessions opened together do not go together.</summary>
public sealed class TtlNoMassExtinctionTests
{
    [Theory]
    [InlineData(5, Isolation.Shared, 0)]
    [InlineData(10, Isolation.User, 0)]
    [InlineData(20, Isolation.Shared, 20)]
    [InlineData(20, Isolation.User, 10)]
    public void TtlNoMassExtinction(int sessions, Isolation isolation, double callsPerSecond)
    {
        var lifetime = TimeSpan.FromMinutes(10);
        using var pool = new SimulatedPool(
            1,
            o => o with { Isolation = isolation, Size = sessions, MaxSize = sessions, MaxLifetime = lifetime, CleanupInterval = TimeSpan.FromSeconds(10) },
            handshakeTime: TimeSpan.FromMilliseconds(300));
        pool.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(sessions, pool.Stats.Available);

        var fewest = sessions;
        var oldest = TimeSpan.Zero;
        pool.Stepped = () => fewest = Math.Min(fewest, pool.Unbound);
        if (callsPerSecond > 0)
        {
            pool.Start(ArriveAsync);
        }

        for (var minute = 0; minute < 60; minute++)
        {
            pool.Pass(TimeSpan.FromMinutes(1));
            oldest = pool.Pool.Sessions().Max(session => session.Age) is var age && age > oldest ? age : oldest;
        }

        Assert.True(fewest >= sessions - Math.Max(1, sessions / 5), $"only {fewest} of {sessions} were open");
        Assert.True(pool.Stats.Destroys >= 4 * sessions, $"{pool.Stats.Destroys} were replaced in six lifetimes");
        Assert.True(oldest <= lifetime + TimeSpan.FromMinutes(1), $"one grew {oldest} old");

        async Task ArriveAsync()
        {
            while (true)
            {
                await pool.WaitAsync(TimeSpan.FromSeconds(-Math.Log(1 - pool.Luck.NextDouble()) / callsPerSecond));
                pool.Start(() => pool.CallAsync(PoolUnderTest.By("ann"), TimeSpan.FromMilliseconds(50)));
            }
        }
    }
}
