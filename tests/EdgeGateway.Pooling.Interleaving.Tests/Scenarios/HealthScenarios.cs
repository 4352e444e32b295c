using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>Circuits open and close, sessions are probed and places run out, while requests begin and end.</summary>
public sealed class HealthScenarios
{
    [Fact]
    public void A_circuit_that_opens_and_closes_while_requests_run_forgets_nobody() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 2, MaxSize = 2, MaxConcurrency = 2, HealthCheckThreshold = 1 });
        pool.Serves = false; // a release is heard as long as the endpoint has faults
        stage.Strand("unlucky", () =>
        {
            for (var fault = 0; fault < 5; fault++)
            {
                pool.Call("ann", outcome: LeaseOutcome.ServerFault);
            }
        });
        stage.Strand("bob", () =>
        {
            pool.Call("bob");
            pool.Call("bob");
        });
        stage.Strand("time", () =>
        {
            for (var second = 0; second < 6; second++)
            {
                pool.Clock.Advance(TimeSpan.FromSeconds(1));
            }
        });
    });

    [Fact]
    public void Sessions_that_are_suspected_when_another_is_lost_serve_again_after_their_probe() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 2, MaxSize = 2, MaxConcurrency = 1 });
        stage.Workers = 2;
        stage.Strand("unlucky", () => pool.Call("ann", outcome: LeaseOutcome.SessionGone));
        foreach (var user in new[] { "bob", "carl" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
            });
        }
    });

    [Fact]
    public void A_session_that_a_probe_finds_gone_is_closed_unless_somebody_uses_it() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 2, HealthCheckInterval = TimeSpan.FromSeconds(1) });
        pool.CallAlone("ann");
        pool.Upstream.Sessions[0].OnProbe = () => new(ProbeResult.SessionGone);
        stage.Strand("ann", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("time", () =>
        {
            pool.Clock.Advance(TimeSpan.FromSeconds(1));
            pool.Clock.Advance(TimeSpan.FromSeconds(2));
        });
    });

    [Fact]
    public void Where_the_gateway_holds_all_it_may_each_user_gets_the_place_of_another() => Exploration.Run(stage =>
    {
        stage.Cap = 1;
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 2 });
        pool.MustLookLike(permits: 1);
        stage.Workers = 2;
        pool.CallAlone("ann");
        foreach (var user in new[] { "ann", "bob", "carl" })
        {
            stage.Strand(user, () => pool.Call(user));
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_a_stock_each_request_has_a_session_of_its_own(int places) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Strategy = PoolStrategy.None, Size = 1, MaxSize = places });
        pool.Serves = false;
        pool.MustLookLike(places);
        stage.Workers = 2;
        var leaving = new Leaving();
        stage.Strand("ann", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("bob", () =>
        {
            if (pool.Acquire("bob", leaving: leaving) is { } held)
            {
                pool.Release(held);
            }
        });
        stage.Strand("leaving", leaving.Leave);
        stage.AtRest(() => Assert.Equal(0, pool.Pool.Stats().Total));
    });

    [Fact]
    public void A_user_without_a_client_session_goes_on_where_it_was() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Auto, Size = 2, MaxSize = 2 });
        pool.MustLookLike(permits: 2);
        for (var caller = 0; caller < 3; caller++)
        {
            stage.Strand("ann", () =>
            {
                pool.Call("ann");
                pool.Call("ann");
            });
        }
    });
}
