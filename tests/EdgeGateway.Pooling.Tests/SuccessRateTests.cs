using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>Endpoints that answer some of their calls and fail the others: never five in a row.</summary>
public sealed class SuccessRateTests
{
    private const int Endpoints = 3;
    private const int Failing = Endpoints - 1;

    [Fact]
    public async Task An_endpoint_that_fails_every_other_call_is_sent_away_and_none_of_its_sessions_is_ejected()
    {
        var pool = Pool();
        var calls = new Calls(pool) { Fails = TwoInFour(Failing) };

        await calls.Make(200);

        var opened = Assert.Single(calls.Opened);
        Assert.Equal(Failing, opened.Endpoint);
        Assert.Matches(@"^its success rate is too low: [4-6]\d % of the last \d+ requests, health_check_threshold is 70 %; tried again in 0\.[5-9] s$", opened.Reason);
        Assert.DoesNotContain(pool.Upstream.Sessions, session => session.IsClosed);

        // Ten outcomes of the others tell, and a fault.
        Assert.InRange(calls.Failed, 5, 11);
        Assert.Equal((CircuitState.Closed, 2), (pool.Stats.Circuit, pool.Stats.Unhealthy));
    }

    [Fact]
    public async Task One_bad_session_of_two_is_half_of_them_and_sends_the_endpoint_away()
    {
        var pool = Pool();

        // The two take turns, and so do the faults: one session has them all.
        var calls = new Calls(pool) { Fails = EveryOther(Failing) };

        await calls.Make(200);

        Assert.Matches("^the success rates of half its sessions are too low: 0 % of the last 10 requests, ", Assert.Single(calls.Opened).Reason);
        Assert.DoesNotContain(pool.Upstream.Sessions, session => session.IsClosed);
        Assert.Equal(10, calls.Failed);
    }

    [Fact]
    public async Task A_rate_just_at_the_threshold_is_good_enough()
    {
        var pool = Pool(o => o with { HealthCheckThreshold = 50 });
        var turns = new Dictionary<FakeSession, int>();
        var calls = new Calls(pool) { FailsOn = session => session.Endpoint == Failing && (turns[session] = turns.GetValueOrDefault(session) + 1) % 2 == 0 };

        await calls.Make(600);

        Assert.Empty(calls.Opened);
    }

    [Fact]
    public async Task Each_time_it_is_tried_again_costs_few_faults_and_the_pauses_double()
    {
        var pool = Pool();
        var calls = new Calls(pool) { Fails = EveryOther(Failing) };
        await calls.Make(100);
        Assert.Single(calls.Opened);
        var before = calls.Failed;

        for (var second = 0; second < 300; second++)
        {
            await calls.Make(30);
            pool.Pass(1);
        }

        var opened = calls.Opened;

        // One while what it did a minute ago counts; as many as at first once the pauses are long.
        Assert.InRange(calls.Failed - before, opened.Count - 1, 4 * (opened.Count - 1));
        Assert.InRange(calls.Failed - before, 0, calls.Made / 100);
        for (var time = 1; time < opened.Count; time++)
        {
            var longest = Math.Min(30, 1 << (time - 1));
            Assert.InRange((opened[time].At - opened[time - 1].At).TotalSeconds, longest / 2.0, longest + 4);
        }

        Assert.InRange(opened.Count, 12, 25);
    }

    [Fact]
    public async Task One_that_is_well_again_gets_its_share_and_after_a_clean_minute_begins_again_with_a_second()
    {
        var pool = Pool();
        var calls = new Calls(pool) { Fails = EveryOther(Failing) };
        for (var second = 0; second < 60; second++)
        {
            await calls.Make(30);
            pool.Pass(1);
        }

        Assert.InRange(calls.Opened.Count, 5, 9);
        calls.Fails = _ => false;
        for (var second = 0; second < 100; second++)
        {
            await calls.Make(30);
            pool.Pass(1);
        }

        calls.Served.Clear();
        await calls.Make(30);
        Assert.Equal([10, 10, 10], calls.Served.OrderBy(served => served.Key).Select(served => served.Value));
        Assert.Equal((CircuitState.Closed, 0, 100), (pool.Stats.Circuit, pool.Stats.Unhealthy, pool.Stats.HealthScore));

        calls.Fails = EveryOther(Failing);
        await calls.Make(400);
        Assert.Matches(@"tried again in (0\.[5-9]|1\.0) s$", calls.Opened[^1].Reason);
    }

    [Fact]
    public async Task The_only_endpoint_is_not_sent_away_for_its_rate_but_for_five_faults_in_a_row()
    {
        var pool = Pool(o => o with { EndpointWeights = [1] });
        var calls = new Calls(pool) { Fails = EveryOther(0) };
        await calls.Make(500);
        Assert.Equal((250, 0), (calls.Failed, calls.Refused));
        Assert.Empty(calls.Opened);

        calls.Fails = _ => true;
        await calls.Make(5);

        Assert.Contains("in a row", Assert.Single(calls.Opened).Reason);
    }

    [Fact]
    public async Task Where_all_endpoints_fail_as_much_none_is_sent_away_and_nobody_is_refused()
    {
        var pool = Pool();
        var turns = new int[Endpoints];
        var calls = new Calls(pool) { Fails = endpoint => turns[endpoint]++ % 2 == 0 };

        await calls.Make(900);

        // The first is found out while nothing is known of the others; it is let in again as soon as they are.
        pool.Pass(1);
        await calls.Make(900);
        Assert.Equal((0, 0), (calls.Refused, pool.Stats.Unhealthy));
        Assert.InRange(calls.Failed, 850, 950);
    }

    [Fact]
    public async Task When_the_last_endpoint_that_did_better_stops_answering_the_one_sent_away_serves_again_at_once()
    {
        var pool = Pool(o => o with { EndpointWeights = [1, 1], Size = 4 });
        var calls = new Calls(pool) { Fails = EveryOther(1) };
        await calls.Make(100);
        Assert.Equal(1, Assert.Single(calls.Opened).Endpoint);

        var failing = EveryOther(1);
        calls.Fails = endpoint => endpoint == 0 || failing(endpoint);
        calls.Served.Clear();
        await calls.Make(60);

        Assert.Equal((5, 0), (calls.Served[0], calls.Refused));
        Assert.Equal([1, 0], calls.Opened.Select(opened => opened.Endpoint));
        Assert.Equal(1, Assert.Single(pool.Told, happened => happened.Kind == "circuit_closed").Endpoint);
        Assert.Equal(CircuitState.Closed, pool.Stats.Circuit);
    }

    [Fact]
    public async Task When_the_last_endpoint_that_did_better_does_no_better_the_one_sent_away_serves_again_at_the_next_tick()
    {
        var pool = Pool(o => o with { EndpointWeights = [1, 1], Size = 4 });
        var calls = new Calls(pool) { Fails = EveryOther(1) };
        await calls.Make(40);
        Assert.Single(calls.Opened);

        var turns = new int[2];
        calls.Fails = endpoint => turns[endpoint]++ % 2 == 0;
        await calls.Make(200);
        pool.Pass(1);

        Assert.Equal(0, pool.Stats.Unhealthy);
        Assert.Single(calls.Opened);
        calls.Served.Clear();
        await calls.Make(100);
        Assert.Equal((50, 50, 0), (calls.Served[0], calls.Served[1], calls.Refused));
    }

    [Fact]
    public async Task A_session_that_fails_while_the_others_of_its_endpoint_do_well_is_ejected_and_the_endpoint_stays()
    {
        var pool = Pool(o => o with { Size = 12, MaxSize = 12 });
        var bad = pool.Upstream.Sessions.First(session => session.Endpoint == Failing);
        var turn = 0;
        var calls = new Calls(pool) { FailsOn = session => session == bad && turn++ % 2 == 0 };

        await calls.Make(400);

        Assert.Same(bad, Assert.Single(pool.Upstream.Sessions, session => session.IsClosed));
        Assert.Empty(calls.Opened);
    }

    [Fact]
    public async Task Of_many_sessions_none_is_ejected_when_it_is_the_endpoint_that_fails()
    {
        var pool = Pool(o => o with { Size = 30, MaxSize = 30 });
        var calls = new Calls(pool) { Fails = EveryOther(Failing) };

        await calls.Make(600);

        Assert.DoesNotContain(pool.Upstream.Sessions, session => session.IsClosed);
        Assert.Equal(Failing, Assert.Single(calls.Opened).Endpoint);
    }

    [Fact]
    public async Task What_was_under_way_when_an_endpoint_was_sent_away_ejects_none_of_its_sessions()
    {
        var pool = Pool(o => o with { Size = 30, MaxSize = 30 });
        var leases = new List<Lease<FakeSession>>();
        for (var i = 0; i < 6 * 30; i++)
        {
            leases.Add(await pool.Lease("ann", LeaseMode.Shared));
        }

        leases.ForEach(lease => pool.Release(lease, lease.Session.Endpoint == Failing ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable));

        Assert.DoesNotContain(pool.Upstream.Sessions, session => session.IsClosed);
        Assert.Equal(10, pool.Stats.Unhealthy);
    }

    [Fact]
    public async Task The_only_session_of_an_endpoint_is_replaced_elsewhere_while_the_endpoint_is_away()
    {
        var pool = Pool(o => o with { Size = Endpoints, MaxSize = Endpoints });
        var calls = new Calls(pool) { Fails = EveryOther(Failing) };

        await calls.Make(200);

        Assert.Equal(Failing, Assert.Single(calls.Opened).Endpoint);
        Assert.Equal(Failing, Assert.Single(pool.Upstream.Sessions, session => session.IsClosed).Endpoint);
        Assert.DoesNotContain(pool.Upstream.Open, session => session.Endpoint == Failing);
        Assert.Equal(Endpoints, pool.Stats.Total);
    }

    [Fact]
    public async Task Who_waits_is_served_elsewhere_when_the_endpoint_is_sent_away()
    {
        var pool = Pool(o => o with { EndpointWeights = [1, 1], Size = 2, MaxSize = 2, MaxConcurrency = 1, HealthCheckThreshold = 100 });
        var other = await pool.Lease("bob");
        var failing = 1 - other.Session.Endpoint;
        for (var i = 0; i < 9; i++)
        {
            await pool.Call("ann", i % 3 == 0 ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable);
        }

        var last = await pool.Lease("ann");
        Assert.Equal(failing, last.Session.Endpoint);
        var waiting = pool.Ask("carl");

        pool.Release(last, LeaseOutcome.ServerFault);
        Assert.Equal(failing, Assert.Single(pool.Told, happened => happened.Kind == "circuit_open").Endpoint);
        pool.Release(other);

        Assert.Equal(1 - failing, (await waiting).Lease.Session.Endpoint);
    }

    [Fact]
    public async Task Client_sessions_keep_theirs_and_are_served_while_their_endpoint_is_away_and_new_ones_go_elsewhere()
    {
        var pool = PoolUnderTest.Warm(o => o with { EndpointWeights = [1, 1], Size = 4, MaxSize = 8 });
        var bound = new List<Binding<FakeSession>>();
        for (var i = 0; i < 6; i++)
        {
            bound.Add(await pool.Bind("ann"));
        }

        var failing = bound.Where(binding => binding.Session.Endpoint == 1).ToList();
        Assert.InRange(failing.Count, 2, 4);
        Ask(pool, bound, rounds: 12, fails: EveryOther(1));
        Assert.Equal(1, Assert.Single(pool.Told, happened => happened.Kind == "circuit_open").Endpoint);

        for (var second = 0; second < 90; second++)
        {
            Ask(pool, bound, rounds: 2, fails: EveryOther(1));
            pool.Pass(1);
        }

        Assert.All(bound, binding => Assert.False(binding.Ended.IsCancellationRequested));
        Assert.All(failing, binding => Assert.False(binding.Session.IsClosed));
        Assert.InRange(pool.Told.Count(happened => happened.Kind == "circuit_open"), 4, 12);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(0, (await pool.Bind("bob")).Session.Endpoint);
        }
    }

    [Fact]
    public async Task One_client_session_that_fails_alone_says_nothing_about_its_endpoint()
    {
        var pool = PoolUnderTest.Warm(o => o with { EndpointWeights = [1, 1], Size = 4, MaxSize = 8 });
        List<Binding<FakeSession>> bound = [await pool.Bind("ann")];

        Ask(pool, bound, rounds: 100, fails: EveryOther(bound[0].Session.Endpoint));

        Assert.DoesNotContain(pool.Told, happened => happened.Kind == "circuit_open");
    }

    [Fact]
    public async Task What_a_client_session_saw_more_than_a_minute_ago_does_not_count()
    {
        var pool = PoolUnderTest.Warm(o => o with { EndpointWeights = [1, 1], Size = 4, MaxSize = 8 });
        var bound = new List<Binding<FakeSession>>();
        for (var i = 0; i < 4; i++)
        {
            bound.Add(await pool.Bind("ann"));
        }

        var failing = bound.Where(binding => binding.Session.Endpoint == 1).Chunk(1).Select(one => one.ToList()).ToList();
        Ask(pool, failing[0], rounds: 40, fails: EveryOther(1));
        pool.Pass(80);
        Ask(pool, failing[1], rounds: 4, fails: EveryOther(1));
        Assert.DoesNotContain(pool.Told, happened => happened.Kind == "circuit_open");

        Ask(pool, failing[0], rounds: 40, fails: EveryOther(1));
        Ask(pool, failing[1], rounds: 4, fails: EveryOther(1));
        Assert.Single(pool.Told, happened => happened.Kind == "circuit_open");
    }

    [Fact]
    public async Task A_new_session_is_opened_elsewhere_though_the_one_sent_away_would_accept_it()
    {
        var pool = Pool();
        var calls = new Calls(pool) { Fails = EveryOther(Failing) };
        await calls.Make(100);
        pool.Upstream.AskedEndpoints.Clear();

        // Its probe has just gone well: one of its two sessions may serve.
        while (pool.Upstream.Sessions.All(session => session.Probes == 0))
        {
            pool.Pass(0.1);
        }

        Assert.Equal(2, pool.Stats.Unhealthy);
        pool.Apply(o => o with { Size = 12, MaxSize = 12 });

        Assert.Equal(6, pool.Upstream.AskedEndpoints.Count);
        Assert.DoesNotContain(Failing, pool.Upstream.AskedEndpoints);
    }

    private static PoolUnderTest Pool(Func<PoolOptions, PoolOptions>? configure = null) => PoolUnderTest.Stateless(o =>
    {
        var spread = o with { EndpointWeights = [1, 1, 1], Size = 2 * Endpoints, MaxSize = 2 * Endpoints, HealthCheckInterval = TimeSpan.FromHours(1) };
        return configure?.Invoke(spread) ?? spread;
    });

    private static Func<int, bool> EveryOther(int failing)
    {
        var turn = 0;
        return endpoint => endpoint == failing && turn++ % 2 == 0;
    }

    /// <summary>Two sessions that take turns both have some.</summary>
    private static Func<int, bool> TwoInFour(int failing)
    {
        var turn = 0;
        return endpoint => endpoint == failing && turn++ % 4 < 2;
    }

    private static void Ask(PoolUnderTest pool, List<Binding<FakeSession>> bound, int rounds, Func<int, bool> fails)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var binding in bound)
            {
                var lease = PoolUnderTest.Request(binding);
                pool.Release(lease, fails(lease.Session.Endpoint) ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable);
            }
        }
    }
}
