using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>Endpoints that fail, and come back.</summary>
public sealed class CircuitTests
{
    [Fact]
    public async Task Five_faults_in_a_row_open_the_circuit_and_callers_are_refused_at_once()
    {
        var pool = PoolUnderTest.Warm();
        pool.Upstream.Answer = Answer.Refuse;

        await OpenCircuit(pool);
        var refusal = (await pool.Ask("ann")).Refusal!;
        var bound = (await pool.AskBind(PoolUnderTest.By("ann"))).Refusal!;

        Assert.Equal(("circuit_open", Rejection.CircuitOpen), (refusal.Reason, bound.Rejection));
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Assert.Equal((CircuitState.Open, 0), (pool.Stats.Circuit, pool.Stats.HealthScore));
    }

    [Fact]
    public async Task Who_waits_when_the_last_circuit_opens_is_told_at_once()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 1, MaxSize = 1, MaxConcurrency = 6 });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 6; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Upstream.Answer = Answer.Refuse;
        var waiting = Enumerable.Range(0, 8).Select(_ => pool.Ask("ann")).ToArray();
        for (var i = 0; i < 6; i++)
        {
            pool.Release(leases[i], LeaseOutcome.ServerFault);
        }

        var refusals = (await Task.WhenAll(waiting)).Select(one => one.Refusal?.Reason).ToArray();
        Assert.Contains("circuit_open", refusals);
        Assert.Equal(0, pool.Stats.Waiting);
    }

    [Fact]
    public async Task After_the_pause_one_probe_decides_and_requests_come_back_by_ones_twos_and_fours()
    {
        var pool = PoolUnderTest.Stateless(o => o with { MaxSize = 5 });
        await OpenCircuit(pool);
        var probe = new TaskCompletionSource<ProbeResult>();
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(probe.Task);
        }

        pool.Pass(2);
        Assert.Equal((CircuitState.HalfOpen, 1), (pool.Stats.Circuit, pool.Upstream.Sessions.Sum(session => session.Probes)));
        var waiting = pool.Ask("ann");
        pool.Pass(3);
        Assert.Equal((1, 1), (pool.Stats.Waiting, pool.Upstream.Sessions.Sum(session => session.Probes)));
        probe.SetResult(ProbeResult.Alive);
        pool.Run();

        Task<Acquired<FakeSession>>[] asked = [waiting, .. Enumerable.Range(0, 20).Select(_ => pool.Ask("ann"))];
        var atOnce = new List<int>();
        for (var released = 0; pool.Stats.Circuit != CircuitState.Closed; released++)
        {
            atOnce.Add(pool.Stats.InFlight);
            pool.Release((await asked[released]).Lease);
        }

        Assert.Equal([1, 2, 4], atOnce);
    }

    [Theory]
    [InlineData(ProbeResult.ServerFault)]
    [InlineData(ProbeResult.SessionGone)]
    public async Task The_circuit_heals_whatever_the_first_probe_found(ProbeResult found)
    {
        var pool = PoolUnderTest.Stateless();
        await OpenCircuit(pool);
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(found);
        }

        pool.Pass(2);
        Assert.Equal(found == ProbeResult.ServerFault ? CircuitState.Open : CircuitState.Closed, pool.Stats.Circuit);
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(ProbeResult.Alive);
        }

        pool.Pass(10);
        await pool.Call("ann");
        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("drain")]
    [InlineData("shrink")]
    public async Task A_circuit_heals_though_its_probe_was_overtaken(string by)
    {
        var pool = PoolUnderTest.Stateless();
        await OpenCircuit(pool);
        var never = new TaskCompletionSource<ProbeResult>();
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(never.Task);
        }

        pool.Pass(2);
        switch (by)
        {
            case "reset":
                pool.Pool.Reset();
                break;
            case "drain":
                pool.Pool.TryDrain(TimeSpan.Zero);
                pool.Pool.TryResume();
                break;
            default:
                pool.Apply(o => o with { Size = 1, MaxSize = 1 });
                break;
        }

        never.SetResult(ProbeResult.ServerFault);
        pool.Run();
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(ProbeResult.Alive);
        }

        pool.Pass(70);
        await pool.Call("ann");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_circuit_heals_though_its_trial_handshake_was_overtaken(bool reset)
    {
        var pool = PoolUnderTest.Warm();
        pool.Upstream.Answer = Answer.Refuse;
        await OpenCircuit(pool);
        pool.Upstream.Answer = Answer.Hang;
        pool.Pass(3);
        Assert.Equal(CircuitState.HalfOpen, pool.Stats.Circuit);

        if (reset)
        {
            pool.Pool.Reset();
        }
        else
        {
            pool.Pool.TryDrain(TimeSpan.Zero);
            pool.Run();
            pool.Pool.TryResume();
        }

        pool.Upstream.Answer = Answer.AtOnce;
        pool.Pass(15);
        await pool.Call("ann");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Without_a_pool_the_circuit_heals_though_nobody_calls(int endpoints)
    {
        var upstream = new FakeUpstream { Answer = Answer.Refuse };
        var pool = PoolUnderTest.Warm(o => o with { Enabled = false, EndpointWeights = [.. Enumerable.Repeat(1, endpoints)] }, upstream);
        for (var i = 0; i < 6 * endpoints; i++)
        {
            Assert.NotNull((await pool.Ask("ann")).Refusal);
        }

        Assert.Equal((CircuitState.Open, 0), (pool.Stats.Circuit, pool.Stats.HealthScore));
        upstream.Answer = Answer.AtOnce;
        pool.Pass(120);

        Assert.Equal((CircuitState.Closed, 100, 0), (pool.Stats.Circuit, pool.Stats.HealthScore, pool.Stats.Total));
        Assert.Equal(0, pool.Cap.Open);
    }

    [Fact]
    public async Task What_was_under_way_when_the_circuit_opened_does_not_prolong_its_pause()
    {
        var pool = PoolUnderTest.Stateless(o => o with { MaxConcurrency = 32 });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 60; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        leases.ForEach(lease => lease.Release(LeaseOutcome.ServerFault));
        pool.Pass(3);

        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
        Assert.Single(pool.Pool.Events(), happened => happened.Kind == "circuit_open");
    }

    [Fact]
    public void An_endpoint_that_came_back_gets_its_share_again_and_then_nothing_moves()
    {
        var isDown = true;
        var upstream = new FakeUpstream { Answers = (endpoint, _) => endpoint == 0 && isDown ? Answer.Refuse : Answer.AtOnce };
        var pool = PoolUnderTest.Warm(o => o with { Size = 6, EndpointWeights = [1, 1], RebalanceInterval = TimeSpan.FromSeconds(60), HealthCheckInterval = TimeSpan.FromHours(1) }, upstream);
        pool.Pass(50);
        Assert.All(upstream.Open, session => Assert.Equal(1, session.Endpoint));
        isDown = false;

        pool.Pass(200);

        Assert.Equal((3, 3), (upstream.Open.Count(s => s.Endpoint == 0), upstream.Open.Count(s => s.Endpoint == 1)));
        Assert.Equal(3, pool.Pool.Events().Count(happened => happened.Kind == "rebalanced"));
        var settled = pool.Stats.Creates;
        pool.Pass(600);
        Assert.Equal(settled, pool.Stats.Creates);
    }

    [Fact]
    public async Task Bound_sessions_count_when_endpoints_are_evened_out_and_are_never_touched()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, EndpointWeights = [1, 1], RebalanceInterval = TimeSpan.FromSeconds(60) });
        var bindings = new List<Binding<FakeSession>>();
        for (var i = 0; i < 10; i++)
        {
            bindings.Add(await pool.Bind("ann"));
        }

        var streams = bindings.Select(binding => binding.HoldStream()).ToArray();
        bindings.Where(binding => binding.Session.Endpoint == 0).ToList().ForEach(pool.End);
        pool.Pass(130);
        var settled = pool.Stats.Creates;
        pool.Pass(600);

        Assert.Equal(settled, pool.Stats.Creates);
        Assert.All(bindings.Where(b => b.Session.Endpoint == 1), b => Assert.False(b.Ended.IsCancellationRequested));
        Assert.Equal(10, streams.Length);
    }

    private static async Task OpenCircuit(PoolUnderTest pool)
    {
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 5; i++)
        {
            leases.Add(await pool.Lease($"user{i}"));
        }

        leases.ForEach(lease => lease.Release(LeaseOutcome.ServerFault));
        pool.Run();
        Assert.Equal(CircuitState.Open, pool.Stats.Circuit);
    }


    [Fact]
    public async Task What_began_before_the_circuit_opened_does_not_close_it()
    {
        var pool = PoolUnderTest.Stateless();
        var old = await pool.Lease("ann", LeaseMode.Shared);
        await OpenCircuit(pool);

        pool.Release(old);

        Assert.Equal(CircuitState.Open, pool.Stats.Circuit);
    }

    [Fact]
    public async Task The_places_of_an_endpoint_that_is_away_go_to_one_that_is_there()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 4, MaxSize = 4, EndpointWeights = [9, 1] });
        Assert.All(pool.Upstream.Sessions, session => Assert.Equal(0, session.Endpoint));
        pool.Upstream.Answers = (endpoint, _) => endpoint == 0 ? Answer.Refuse : Answer.AtOnce;
        foreach (var session in pool.Upstream.Sessions)
        {
            session.OnProbe = () => new(ProbeResult.ServerFault);
        }

        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 6; i++)
        {
            leases.Add(await pool.Lease($"user{i}"));
        }

        leases.ForEach(lease => lease.Release(LeaseOutcome.ServerFault));
        pool.Run();

        Assert.Equal(1, (await pool.Call("ann")).Endpoint);
    }
}
