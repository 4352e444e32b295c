using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Regressions;

/// <summary>pool.md section 7.5: client sessions that have an upstream session of their own.</summary>
public sealed class BindingRegressionTests
{
    [Fact]
    public async Task HundredStatefulClientsAllServed()
    {
        var pool = PoolUnderTest.Warm();

        var bound = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => pool.AskBind(PoolUnderTest.By($"user{i % 10}"))));

        Assert.Equal(100, bound.Select(one => one.Binding!.Session).Distinct().Count());
        Assert.Equal((100, 105, 5, 100), (pool.Stats.Bound, pool.Stats.Total, pool.Stats.Available, pool.Stats.HealthScore));
    }

    [Fact]
    public async Task HundredStatefulClientsAllServed_WhileHandshakesTakeTime()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = new PoolUnderTest(upstream: upstream);
        var asked = Enumerable.Range(0, 100).Select(i => pool.AskBind(PoolUnderTest.By($"user{i}"))).ToArray();
        while (upstream.Held.Count > 0)
        {
            upstream.LetGo(most: 3);
            pool.Pass(TimeSpan.FromMilliseconds(10));
        }

        Assert.All(await Task.WhenAll(asked), one => Assert.NotNull(one.Binding));
        Assert.Equal((100, 105), (pool.Stats.Bound, pool.Stats.Total));
        Assert.InRange(upstream.MostAtOnce, 2, 18);
    }

    /// <summary>Clients that come once, whether they say goodbye or are never seen again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneShotClientsDoNotExhaust(bool deletes)
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxClientSessions = 3 });
        for (var i = 0; i < 200; i++)
        {
            var binding = await pool.Bind($"user{i}");
            pool.Release(PoolUnderTest.Request(binding));
            if (deletes)
            {
                pool.End(binding);
            }
            else
            {
                pool.Pass(21);
            }
        }

        Assert.Equal(deletes ? (0, 5, 5) : (3, 8, 8), (pool.Stats.Bound, pool.Stats.Total, pool.Cap.Open));
    }

    /// <summary>As many users as you like, each of whom calls once without a client session, go round the places of the pool.</summary>
    [Fact]
    public async Task OneShotClientsDoNotExhaust_WithoutAClientSession()
    {
        var pool = PoolUnderTest.Warm();
        for (var i = 0; i < 200; i++)
        {
            await pool.Call($"user{i}");
        }

        Assert.Equal((0, 0, 0), (pool.Stats.Waiting, pool.Stats.InFlight, (int)pool.Stats.Rejections));
        Assert.InRange(pool.Stats.Total, 5, 10);
        Assert.Equal(pool.Stats.Total, pool.Cap.Open);
    }

    [Fact]
    public async Task CleanBindingReplacedSilently()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var lost = binding.Session;
        pool.Release(PoolUnderTest.Request(binding), LeaseOutcome.SessionGone);

        var replaced = Enumerable.Range(0, 3).Select(_ => binding.ReplaceAsync(lost)).ToArray();
        pool.Run();

        Assert.All(await Task.WhenAll(replaced), Assert.Null);
        Assert.NotSame(lost, binding.Session);
        Assert.True(lost.IsClosed);
        Assert.False(binding.Session.IsClosed || binding.Ended.IsCancellationRequested);
        Assert.Equal((1, 6, 6), (pool.Stats.Bound, pool.Stats.Total, pool.Cap.Open));
        Assert.Null(await binding.ReplaceAsync(lost));
        Assert.Equal(6, pool.Stats.Total);
        Assert.Same(binding.Session, PoolUnderTest.Request(binding).Session);
    }

    /// <summary>What a client left on its session is gone with it, and the client has to know.</summary>
    [Theory]
    [InlineData(PoolStrategy.RoundRobin)]
    [InlineData(PoolStrategy.Sticky)]
    [InlineData(PoolStrategy.None)]
    public async Task StickyNeverRebindsSilently(PoolStrategy strategy)
    {
        var pool = PoolUnderTest.Warm(o => o with { Strategy = strategy });
        var binding = await pool.Bind("ann");
        var session = binding.Session;
        for (var i = 0; i < 20; i++)
        {
            await pool.Call("ann");
            var lease = PoolUnderTest.Request(binding);
            Assert.Same(session, lease.Session);
            pool.Release(lease, (LeaseOutcome)(i % 5));
        }

        binding.MarkUsed();

        var replaced = binding.ReplaceAsync(binding.Session);
        pool.Run();

        Assert.Equal(Rejection.BindingEnded, (await replaced)?.Rejection);
        Assert.True(binding.Ended.IsCancellationRequested && binding.Session.IsClosed);
        Assert.Equal(Rejection.BindingEnded, (await binding.ReplaceAsync(binding.Session))!.Rejection);
        Assert.Equal(Rejection.BindingEnded, binding.Acquire().Refusal!.Rejection);
        Assert.Same(session, binding.Session);
        Assert.Equal(0, pool.Stats.Bound);
    }
}
