using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>A configuration that is swapped in, live.</summary>
public sealed class ReconfigurationTests
{
    [Fact]
    public async Task A_lower_max_size_lets_running_requests_end()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 5; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Apply(o => o with { Size = 1, MaxSize = 2 });

        Assert.Equal((5, 3), (pool.Stats.Total, pool.Stats.Draining));
        Assert.All(leases, lease => Assert.False(lease.Session.IsClosed));
        leases.ForEach(lease => pool.Release(lease));
        Assert.Equal(2, pool.Stats.Total);
    }

    [Fact]
    public async Task A_change_of_isolation_closes_what_was_used_under_the_old_rule()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var used = await pool.Call("ann");
        var running = await pool.Lease("bob");

        pool.Apply(o => o with { Isolation = Isolation.Shared });

        Assert.Equal((true, false), (used.IsClosed, running.Session.IsClosed));
        for (var i = 0; i < 20; i++)
        {
            Assert.NotSame(running.Session, await pool.Call("carl"));
        }

        pool.Release(running);
        Assert.True(running.Session.IsClosed);
    }

    [Fact]
    public async Task A_new_credential_starts_a_new_generation_and_who_waits_gets_a_session_of_it()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1 });
        var binding = await pool.Bind("bob");
        var running = await pool.Lease("ann");
        var waiting = pool.Ask("ann");

        pool.Apply(o => o with { Credential = Credential.Stored(2) });
        Assert.False(running.Session.IsClosed);
        Assert.True(binding.Ended.IsCancellationRequested && binding.Session.IsClosed);
        pool.Release(running);

        var next = (await waiting).Lease.Session;
        Assert.True(running.Session.IsClosed);
        Assert.Equal("stored:2", next.Credential.Fingerprint);
        Assert.All(pool.Upstream.Open, session => Assert.Equal("stored:2", session.Credential.Fingerprint));
    }

    [Fact]
    public async Task A_stored_credential_means_the_present_one_whatever_its_caller_saw()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var caller = PoolUnderTest.By("ann");
        var lease = await pool.Lease(caller);
        pool.Apply(o => o with { Credential = Credential.Stored(2) });
        pool.Release(lease, LeaseOutcome.SessionGone);

        // A request keeps its caller for its one retry, a client session for its life.
        var again = await pool.Lease(caller);
        var binding = await pool.Bind(caller);

        Assert.Equal(("stored:2", "stored:2"), (again.Session.Credential.Fingerprint, binding.Session.Credential.Fingerprint));
        Assert.All(pool.Upstream.Open, session => Assert.Equal("stored:2", session.Credential.Fingerprint));
    }

    [Theory]
    [InlineData(Isolation.User, Isolation.Shared)]
    [InlineData(Isolation.Shared, Isolation.User)]
    public async Task Who_waits_with_capabilities_gets_what_the_new_isolation_says(Isolation before, Isolation after)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = before, Size = 1, MaxSize = 1, MaxConcurrency = 1 });
        var busy = await pool.Lease("ann");
        var bob = pool.Ask(PoolUnderTest.By("bob", PoolUnderTest.Roots));
        Assert.Equal(1, pool.Stats.Waiting);

        pool.Apply(o => o with { Isolation = after });
        pool.Release(busy);

        // Where sessions are shared no capability is declared upstream.
        Assert.Equal(0, pool.Stats.Waiting);
        Assert.Equal(after == Isolation.User, (await bob).Lease.Session.Class.DeclaresCapabilities);
    }

    [Fact]
    public async Task A_new_connection_does_not_wait_for_the_handshakes_of_the_old_one()
    {
        var old = new FakeUpstream { Answer = Answer.Hang, IsStateful = false };
        var pool = PoolUnderTest.Warm(upstream: old);
        Assert.Equal(2, old.Running);
        var next = new FakeUpstream();

        pool.Apply(o => o, next);

        // The old ones may end by themselves for two seconds.
        Assert.Equal((2, 5), (old.Running, pool.Stats.Total));
        Assert.Null(pool.Stats.LastOpenError);
        await pool.Bind("ann");
        pool.Pass(2);
        Assert.Equal((0, 6, 6), (old.Running, pool.Stats.Total, pool.Cap.Open));
    }

    [Fact]
    public async Task A_session_of_the_old_connection_that_arrives_late_is_closed_and_teaches_nothing()
    {
        var old = new FakeUpstream { Answer = Answer.Held, IsStateful = false };
        var pool = new PoolUnderTest(upstream: old);
        pool.Run();
        pool.Pool.Apply(pool.Options, new FakeUpstream());
        old.LetGo();
        pool.Run();
        Assert.Equal(2, old.Sessions.Count);

        Assert.NotNull((await pool.AskBind(PoolUnderTest.By("ann"))).Binding);
        Assert.All(old.Sessions, session => Assert.True(session.IsClosed));
        Assert.Equal((6, 6), (pool.Stats.Total, pool.Cap.Open));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_taken_for_granted_of_a_new_connection_because_the_old_upstream_kept_no_sessions(bool wasWarm)
    {
        var old = new FakeUpstream { Answer = wasWarm ? Answer.AtOnce : Answer.Held, IsStateful = false };
        var pool = PoolUnderTest.Warm(upstream: old);
        var next = new FakeUpstream { Answer = Answer.Held };
        pool.Pool.Apply(pool.Options, next);
        old.LetGo();
        pool.Run();

        var asked = pool.AskBind(PoolUnderTest.By("ann", PoolUnderTest.Roots));
        while (next.Held.Count > 0)
        {
            next.LetGo();
            pool.Run();
        }

        // Its capabilities would be kept from an upstream that is shared.
        Assert.Equal(PoolUnderTest.Roots, (await asked).Binding!.Session.Class);
    }

    [Fact]
    public async Task Fewer_endpoints_than_before_do_not_confuse_the_requests_that_still_run()
    {
        var pool = PoolUnderTest.Warm(o => o with { EndpointWeights = [1, 1, 1], Isolation = Isolation.User });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 5; i++)
        {
            leases.Add(await pool.Lease("ann"));
        }

        pool.Apply(o => o with { EndpointWeights = [1] });
        foreach (var (i, lease) in leases.Index())
        {
            pool.Release(lease, i % 2 == 0 ? LeaseOutcome.Reusable : LeaseOutcome.ServerFault);
        }

        Assert.Equal((0, 5), (pool.Stats.InFlight, pool.Stats.Total));
        Assert.All(pool.Upstream.Open, session => Assert.Equal(0, session.Endpoint));
    }

    [Fact]
    public async Task Switching_the_pool_off_and_on_again_keeps_bindings_and_refills_the_stock()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        var running = await pool.Lease("bob");

        pool.Apply(o => o with { Enabled = false });
        Assert.Equal((2, 1, 1), (pool.Stats.Total, pool.Stats.Bound, pool.Stats.Draining));
        await pool.Call("carl");
        Assert.Equal(2, pool.Stats.Total);
        pool.Apply(o => o with { Enabled = true });
        pool.Release(running);

        Assert.Equal((6, 1), (pool.Stats.Total, pool.Stats.Bound));
        PoolUnderTest.Request(binding).Release(LeaseOutcome.Reusable);
    }

    [Fact]
    public async Task A_change_of_strategy_applies_to_the_next_request()
    {
        var pool = PoolUnderTest.Stateless(o => o with { Size = 2, MaxSize = 2 });
        await pool.Call("ann");
        pool.Apply(o => o with { Strategy = PoolStrategy.Sticky });
        var home = await pool.Call("ann");

        for (var i = 0; i < 10; i++)
        {
            Assert.Same(home, await pool.Call("ann"));
        }

        Assert.Equal(2L, pool.Stats.Creates);
    }


    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_bound_under_a_stricter_rule_is_not_handed_on_though_the_pool_was_off_meanwhile(bool wasOn)
    {
        var pool = PoolUnderTest.Warm(o => o with { Enabled = wasOn, Isolation = wasOn ? Isolation.Session : Isolation.User });
        var binding = await pool.Bind("ann");
        var session = binding.Session;
        PoolUnderTest.Request(binding).Release(LeaseOutcome.Reusable);
        pool.Apply(o => o with { Enabled = !wasOn, Isolation = Isolation.User });
        pool.Apply(o => o with { Enabled = true });

        pool.End(binding);

        Assert.True(session.IsClosed);
    }

    [Fact]
    public async Task A_handshake_is_made_with_the_credential_of_who_asked_last()
    {
        var pool = PoolUnderTest.Warm(o => o with { MaxSize = 10 });
        Credential Token(string token) => new("key", IsStored: false, [new("authorization", token)]);
        var first = await pool.Lease(PoolUnderTest.By("ann", credential: Token("old")));
        Assert.Equal("old", first.Session.Credential.Headers[0].Value);

        var second = await pool.Lease(PoolUnderTest.By("ann", credential: Token("new")));

        Assert.Equal("new", second.Session.Credential.Headers[0].Value);
        pool.Release(first);
        pool.Release(second);
    }

    [Fact]
    public void Handshakes_that_a_drain_called_off_are_nobodys_fault()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held };
        var pool = PoolUnderTest.Warm(o => o with { Size = 2 }, upstream);
        for (var i = 0; i < 8; i++)
        {
            _ = pool.AskBind(PoolUnderTest.By($"user{i}"));
        }

        Assert.True(pool.Pool.TryDrain(TimeSpan.FromSeconds(10)));
        Assert.True(pool.Pool.TryResume());
        upstream.Answer = Answer.AtOnce;
        pool.Run();

        Assert.Equal((CircuitState.Closed, null), (pool.Stats.Circuit, pool.Stats.LastOpenError));
    }
}
