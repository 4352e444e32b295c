using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>pool.md section 7, ScaleDoesNotFlap: the size follows demand, not its noise.</summary>
public sealed class ScaleDoesNotFlapTests
{
    private static readonly TimeSpan Converged = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(Isolation.User, 1)]
    [InlineData(Isolation.User, 4)]
    [InlineData(Isolation.Shared, 1)]
    [InlineData(Isolation.Shared, 12)]
    public void ScaleDoesNotFlap(Isolation isolation, int atOnce)
    {
        using var pool = Make(isolation);
        for (var caller = 0; caller < atOnce; caller++)
        {
            pool.Start(() => CallOnAndOnAsync(pool, static () => true));
            pool.Pass(TimeSpan.FromMilliseconds(170));
        }

        var (fewest, most) = Range(pool);
        Assert.True(most - fewest <= 1, $"between {fewest} and {most} sessions under constant load");
        Assert.InRange(most, 1, 10);
    }

    /// <summary>A wave shorter than the idle time.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(55)]
    public void ScaleDoesNotFlap_WithASquareWave(int halfSeconds)
    {
        using var pool = Make(Isolation.User);
        var half = TimeSpan.FromSeconds(halfSeconds);
        for (var caller = 0; caller < 4; caller++)
        {
            pool.Start(() => CallOnAndOnAsync(pool, () => pool.Time.Now.Ticks / half.Ticks % 2 == 0));
        }

        var (fewest, most) = Range(pool);
        Assert.True(most - fewest <= 1, $"between {fewest} and {most} sessions");
    }

    private static SimulatedPool Make(Isolation isolation) => new(
        1,
        o => o with
        {
            Isolation = isolation,
            AutoScale = true,
            MinSize = 1,
            Size = 2,
            MaxSize = 20,
            MaxConcurrency = 4,
            MaxIdleTime = TimeSpan.FromSeconds(120),
            MaxLifetime = TimeSpan.FromDays(1),
            CleanupInterval = TimeSpan.FromSeconds(5),
        });

    private static (int Fewest, int Most) Range(SimulatedPool pool)
    {
        pool.Pass(Converged);
        var (fewest, most) = (pool.Unbound, pool.Unbound);
        pool.Stepped = () => (fewest, most) = (Math.Min(fewest, pool.Unbound), Math.Max(most, pool.Unbound));
        pool.Pass(TimeSpan.FromMinutes(30));
        return (fewest, most);
    }

    /// <summary>Four fifths of the time on a session, and not in step with the pool's ticks.</summary>
    private static async Task CallOnAndOnAsync(SimulatedPool pool, Func<bool> isOn)
    {
        while (true)
        {
            if (isOn())
            {
                await pool.CallAsync(PoolUnderTest.By("ann"), TimeSpan.FromMilliseconds(530));
            }

            await pool.WaitAsync(TimeSpan.FromMilliseconds(130));
        }
    }
}
