using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class IsolationTests
{
    [Theory]
    [InlineData(Isolation.Auto)]
    [InlineData(Isolation.Session)]
    public async Task A_bound_session_is_closed_at_the_end_of_its_client_session_and_never_handed_on(Isolation isolation)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = isolation });
        var binding = await pool.Bind("ann");

        pool.End(binding);

        Assert.True(binding.Session.IsClosed);
        Assert.True(binding.Ended.IsCancellationRequested);
        Assert.Equal(Rejection.BindingEnded, binding.Acquire().Refusal!.Rejection);
        Assert.NotSame(binding.Session, (await pool.Bind("ann")).Session);
    }

    [Fact]
    public async Task Under_user_isolation_a_bound_session_returns_to_its_own_user_only()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var binding = await pool.Bind("ann");
        var anns = binding.Session;

        pool.End(binding);

        Assert.False(anns.IsClosed);
        for (var i = 0; i < 12; i++)
        {
            Assert.NotSame(anns, await pool.Call("bob"));
            Assert.NotSame(anns, (await pool.Bind("carl")).Session);
        }

        Assert.Same(anns, (await pool.Bind("ann")).Session);
    }

    [Fact]
    public async Task A_bound_session_that_returns_when_nothing_else_was_its_users_since_long_is_found_by_that_user_only()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User, Size = 1, MaxSize = 3 });
        var binding = await pool.Bind(PoolUnderTest.By("ann", PoolUnderTest.Roots));
        pool.Pass(10);

        pool.End(binding);

        Assert.NotSame(binding.Session, await pool.Call(PoolUnderTest.By("bob", PoolUnderTest.Roots)));
        Assert.NotSame(binding.Session, await pool.Call("ann"));
        Assert.Same(binding.Session, await pool.Call(PoolUnderTest.By("ann", PoolUnderTest.Roots)));
    }

    [Theory]
    [InlineData(LeaseOutcome.TimedOut)]
    [InlineData(LeaseOutcome.CallerCancelled)]
    [InlineData(LeaseOutcome.SessionGone)]
    [InlineData(LeaseOutcome.ServerFault)]
    public async Task A_bound_session_with_an_unclean_end_does_not_return_to_its_user(LeaseOutcome outcome)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.User });
        var binding = await pool.Bind("ann");
        pool.Release(PoolUnderTest.Request(binding), outcome);

        pool.End(binding);

        Assert.True(binding.Session.IsClosed);
    }

    [Fact]
    public async Task A_session_bound_while_client_sessions_were_isolated_is_not_handed_on_when_the_setting_loosens()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Session });
        var binding = await pool.Bind("ann");
        pool.Apply(o => o with { Isolation = Isolation.User });

        pool.End(binding);

        Assert.True(binding.Session.IsClosed);
    }

    [Fact]
    public async Task A_call_runs_on_a_session_of_its_own_credential()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Shared, Size = 2, MaxSize = 3 });
        string[] fingerprints = ["stored:1", "key:a", "key:b"];

        for (var i = 0; i < 30; i++)
        {
            var credential = i % 3 == 0 ? PoolUnderTest.Stored : PoolUnderTest.Brought(fingerprints[i % 3]);
            var session = await pool.Call(PoolUnderTest.By($"user{i % 2}", credential: credential));
            Assert.Equal(credential.Fingerprint, session.Credential.Fingerprint);
        }
    }

    [Fact]
    public async Task A_sessionless_call_never_runs_on_a_bound_session()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 2 });
        var binding = await pool.Bind("ann");

        for (var i = 0; i < 5; i++)
        {
            Assert.NotSame(binding.Session, await pool.Call("ann"));
        }
    }

    [Fact]
    public async Task A_session_serves_only_callers_of_the_class_it_was_opened_as()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, MaxSize = 2 });

        for (var i = 0; i < 10; i++)
        {
            var wanted = i % 2 == 0 ? PoolUnderTest.Plain : PoolUnderTest.Roots;
            Assert.Equal(wanted, (await pool.Call(PoolUnderTest.By("ann", wanted))).Class);
            Assert.Equal(wanted, (await pool.Bind(PoolUnderTest.By("ann", wanted))).Session.Class);
        }
    }

    [Fact]
    public async Task Where_sessions_are_shared_no_client_capability_is_declared_upstream()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Shared });

        var session = await pool.Call(PoolUnderTest.By("ann", PoolUnderTest.Roots));

        Assert.False(session.Class.DeclaresCapabilities);
        Assert.All(pool.Upstream.Sessions, opened => Assert.False(opened.Class.DeclaresCapabilities));
    }

    [Fact]
    public async Task An_exclusive_wish_is_granted_as_shared_where_sessions_are_shared()
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Shared, Size = 1, MaxSize = 1, MaxConcurrency = 3 });

        var leases = new List<Lease<FakeSession>> { await pool.Lease("ann"), await pool.Lease("bob"), await pool.Lease("carl") };
        _ = pool.Ask("dora");

        Assert.Single(leases.Select(lease => lease.Session).Distinct());
        Assert.Equal((3, 1, 1), (pool.Stats.InFlight, pool.Stats.Waiting, pool.Stats.Total));
    }

    [Fact]
    public async Task A_stateful_session_runs_one_exclusive_request_at_a_time()
    {
        var pool = PoolUnderTest.Warm(o => o with { Size = 2, MaxSize = 3 });

        var leases = new List<Lease<FakeSession>> { await pool.Lease("ann"), await pool.Lease("ann"), await pool.Lease("ann") };
        _ = pool.Ask("ann");

        Assert.Equal(3, leases.Select(lease => lease.Session).Distinct().Count());
        Assert.Equal(1, pool.Stats.Waiting);
    }

    [Fact]
    public async Task Clients_of_an_upstream_without_sessions_get_a_sample_instead_of_a_binding()
    {
        var pool = PoolUnderTest.Stateless();

        var bound = await pool.AskBind(PoolUnderTest.By("ann"));
        var ann = await pool.Lease("ann");
        var bob = await pool.Lease("bob");

        Assert.NotNull(bound.Sample);
        Assert.Null(bound.Binding);
        Assert.Equal((0, 2), (pool.Stats.Bound, pool.Stats.InFlight));
        Assert.False(ann.Session.IsStateful || bob.Session.IsStateful);
    }

    [Fact]
    public async Task Until_a_handshake_proved_otherwise_an_upstream_counts_as_stateful()
    {
        var upstream = new FakeUpstream { Answer = Answer.Held, IsStateful = false };
        var pool = PoolUnderTest.Warm(upstream: upstream);
        var asked = pool.AskBind(PoolUnderTest.By("ann"));

        upstream.LetGo();
        pool.Run();
        upstream.LetGo();
        pool.Run();

        Assert.NotNull((await asked).Sample);
    }


    [Fact]
    public async Task When_an_upstream_turns_out_to_keep_state_after_all_a_waiting_client_gets_a_session_of_its_own_class()
    {
        var upstream = new FakeUpstream { IsStateful = false };
        var pool = PoolUnderTest.Warm(o => o with { Size = 1, MaxSize = 1 }, upstream);
        upstream.IsStateful = true;
        upstream.Answer = Answer.Held;
        await pool.Call("ann", LeaseOutcome.SessionGone);
        var asked = pool.AskBind(PoolUnderTest.By("bob", PoolUnderTest.Roots));
        upstream.Answer = Answer.AtOnce;
        upstream.LetGo();
        pool.Run();
        pool.Pass(2);

        Assert.Equal(PoolUnderTest.Roots, (await asked).Binding?.Session.Class);
    }
}
