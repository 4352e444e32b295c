using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Regressions;

/// <summary>pool.md section 7.5: what fails costs itself, and nobody else.</summary>
public sealed class FailureRegressionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EndpointDownOthersServe(bool fromTheStart)
    {
        var isDown = fromTheStart;
        var upstream = new FakeUpstream { Answers = (endpoint, _) => endpoint == 0 && isDown ? Answer.Refuse : Answer.AtOnce };
        var pool = PoolUnderTest.Warm(o => o with { EndpointWeights = [1, 1] }, upstream);
        if (!fromTheStart)
        {
            isDown = true;
            await FailAsync();
        }

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(1, (await pool.Call($"user{i}")).Endpoint);
            Assert.Equal(1, (await pool.Bind($"user{i}")).Session.Endpoint);
            pool.Pass(1);
        }

        Assert.InRange(pool.Stats.Total - pool.Stats.Bound, 5, 10);
        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
        Assert.Equal(0L, pool.Stats.Rejections + pool.Stats.Timeouts);

        // Requests on what was open there fail, and its pings; by then nobody is sent there any more.
        async Task FailAsync()
        {
            foreach (var session in upstream.Sessions)
            {
                session.OnProbe = () => new(session.Endpoint == 0 ? ProbeResult.ServerFault : ProbeResult.Alive);
            }

            var leases = new List<Lease<FakeSession>>();
            for (var i = 0; i < 10; i++)
            {
                leases.Add(await pool.Lease($"early{i}"));
            }

            Assert.InRange(leases.Count(lease => lease.Session.Endpoint == 0), 2, 3);
            leases.ForEach(lease => pool.Release(lease, lease.Session.Endpoint == 0 ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable));
        }
    }

    /// <summary>Two pings run at once: two that hang would hold up all others for ever.</summary>
    [Fact]
    public async Task FailedPingFreesItsPlace()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 4 });
        pool.Upstream.Sessions[0].OnProbe = pool.Upstream.Sessions[1].OnProbe = () => new(new TaskCompletionSource<ProbeResult>().Task);
        pool.Upstream.Sessions[2].OnProbe = () => ValueTask.FromException<ProbeResult>(new OperationCanceledException());

        pool.Pass(300);

        Assert.True(pool.Upstream.Sessions[3].Probes >= 3);
        await pool.Call("ann");
        Assert.Equal((4, 4, 0), (pool.Stats.Total, pool.Cap.Open, pool.Stats.Waiting));
    }

    /// <summary>A session that a ping found gone leaves its place in the pool, and at the gateway's limit, to the next.</summary>
    [Fact]
    public async Task FailedPingFreesItsPlace_InThePool()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 4, MaxSize = 4 }, cap: new SessionCap(4));
        var lost = pool.Upstream.Sessions.ToArray();
        Array.ForEach(lost, session => session.OnProbe = () => new(ProbeResult.SessionGone));

        pool.Pass(120);

        Assert.All(lost, session => Assert.Equal(1, session.Closes));
        Assert.Equal((4, 4, 4), (pool.Stats.Total, pool.Stats.Available, pool.Cap.Open));
        await pool.Call("ann");
    }
}
