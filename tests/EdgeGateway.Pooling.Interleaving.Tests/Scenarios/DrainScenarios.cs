using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>The pool stops serving while requests begin and end: each runs or is refused, the drain ends, nothing is left.</summary>
public sealed class DrainScenarios
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData(Isolation.User)]
    [InlineData(Isolation.Shared)]
    public void A_drain_ends_with_the_last_request_and_cuts_none(Isolation isolation) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = isolation, Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        pool.Serves = false;
        pool.CallAlone("ann");
        Callers(stage, pool);
        stage.Strand("operator", () => Assert.True(pool.Pool.TryDrain(TimeSpan.FromSeconds(60))));
        stage.AtRest(() =>
        {
            Assert.True(pool.Pool.Drained.IsCompleted, "I12: the drain does not end");
            Assert.Equal((PoolStatus.Drained, 0), (pool.Pool.Stats().Status, pool.Pool.Stats().Total));
        });
    });

    [Theory]
    [InlineData(Isolation.User)]
    [InlineData(Isolation.Shared)]
    public void A_drain_whose_time_is_over_closes_sessions_under_their_leases_and_loses_count_of_none(Isolation isolation) => Exploration.Run(stage =>
    {
        stage.Workers = 2;
        var pool = stage.Open(o => o with { Isolation = isolation, Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        pool.Books.MayCutLeases = true;
        pool.CallAlone("ann");
        Callers(stage, pool);
        stage.Strand("operator", () =>
        {
            pool.Pool.TryDrain(Limit);
            pool.Clock.Advance(Limit);
            pool.Pool.TryResume();
        });
    });

    [Fact]
    public void A_drain_that_is_called_off_lets_everybody_in_again() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.CallAlone("ann");
        Callers(stage, pool);
        stage.Strand("operator", () =>
        {
            pool.Pool.TryDrain(Limit);
            pool.Pool.TryResume();
        });
    });

    [Fact]
    public void A_reset_replaces_every_session_and_loses_nobody() => Exploration.Run(stage =>
    {
        stage.Workers = 2;
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 2 });
        pool.CallAlone("ann");
        Callers(stage, pool);
        stage.Strand("operator", () => pool.Pool.Reset());
        stage.AtRest(() => Assert.True(pool.Upstream.Sessions[0].IsClosed));
    });

    [Fact]
    public void A_shutdown_ends_though_requests_begin_meanwhile() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.Serves = false;
        pool.CallAlone("ann");
        Callers(stage, pool);
        stage.Strand("operator", () =>
        {
            var ended = pool.Pool.ShutdownAsync(TimeSpan.FromSeconds(60), keepBound: false);
            stage.Schedule.Until(() => ended.IsCompleted);
        });
        stage.AtRest(() => Assert.Equal(0, pool.Cap.Open));
    });

    [Fact]
    public void A_pool_that_is_switched_off_and_on_keeps_nobodys_session() => Exploration.Run(stage =>
    {
        stage.Workers = 2;
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 2 });
        pool.CallAlone("ann");
        Callers(stage, pool);
        stage.Strand("operator", () =>
        {
            pool.Apply(o => o with { Enabled = false });
            pool.Apply(o => o with { Enabled = true });
        });
    });

    private static void Callers(Stage stage, StagedPool pool)
    {
        for (var caller = 0; caller < 2; caller++)
        {
            stage.Strand("caller", () =>
            {
                pool.Call("ann");
                pool.Call("ann");
            });
        }
    }
}
