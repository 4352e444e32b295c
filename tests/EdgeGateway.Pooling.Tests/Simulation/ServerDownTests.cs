using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>pool.md section 7, ServerDown_TimeoutIsAContract: whatever is wrong upstream, nobody waits longer than the timeout and a tick.</summary>
public sealed class ServerDownTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    public static TheoryData<string, bool, bool> Cases()
    {
        var cases = new TheoryData<string, bool, bool>();
        foreach (var trouble in new[] { Trouble.Down, Trouble.Hangs, Trouble.Slow, Trouble.Unauthorized, Trouble.Buggy, Trouble.Hangs | Trouble.DeleteHangs })
        {
            cases.Add(trouble.ToString(), false, false);
            cases.Add(trouble.ToString(), true, false);
            cases.Add(trouble.ToString(), false, true);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ServerDown_TimeoutIsAContract(string trouble, bool fromTheStart, bool isOff)
    {
        using var pool = new SimulatedPool(
            1,
            o => o with { Enabled = !isOff, Size = 3, MaxSize = 6, AcquireTimeout = Timeout, HandshakeTimeout = TimeSpan.FromSeconds(30) },
            handshakeTime: TimeSpan.FromMilliseconds(800));
        if (!fromTheStart)
        {
            pool.Pass(TimeSpan.FromSeconds(10));
        }

        pool.Upstream.Is(Enum.Parse<Trouble>(trouble));
        var longest = TimeSpan.Zero;
        var answered = 0;
        var asked = 0;
        var refused = 0;
        pool.Start(ArriveAsync);
        pool.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(asked, answered);
        Assert.Equal(0, pool.Stats.Waiting);
        Assert.True(longest <= Timeout + Tick + Ledger.Grain, $"{longest} for an answer");

        pool.Upstream.Is(Trouble.None);
        for (var second = 0; second < 120; second++)
        {
            pool.Start(CallAsync);
            pool.Pass(Tick);
        }

        Assert.Equal((CircuitState.Closed, 100), (pool.Stats.Circuit, pool.Stats.HealthScore));
        refused = 0;
        pool.Start(CallAsync);
        pool.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal((asked, 0), (answered, refused));

        async Task ArriveAsync()
        {
            for (var caller = 0; caller < 300; caller++)
            {
                await pool.WaitAsync(TimeSpan.FromSeconds(pool.Luck.NextDouble() * 1.8));
                pool.Start(caller % 4 == 0 ? BindAsync : CallAsync);
            }
        }

        async Task CallAsync()
        {
            var acquired = await AnswerAsync(pool.AcquireAsync(PoolUnderTest.By($"user{asked % 3}"), LeaseMode.Exclusive));
            refused += acquired.Refusal is null ? 0 : 1;
            if (acquired.Refusal is null)
            {
                acquired.Lease.Release(await pool.Upstream.ServeAsync(acquired.Lease.Session, TimeSpan.FromMilliseconds(100)));
            }
        }

        async Task BindAsync()
        {
            var bound = await AnswerAsync(pool.BindAsync(PoolUnderTest.By($"user{asked % 3}")));
            bound.Binding?.End("the client said DELETE");
        }

        async Task<T> AnswerAsync<T>(Task<T> asking)
        {
            asked++;
            var began = pool.Time.Now;
            var answer = await asking;
            longest = pool.Time.Now - began > longest ? pool.Time.Now - began : longest;
            answered++;
            return answer;
        }
    }
}
