using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>Every strategy while others pick at the same moment, and while the sessions it picks from change.</summary>
public sealed class StrategyScenarios
{
    public static TheoryData<PoolStrategy, Isolation> All => new MatrixTheoryData<PoolStrategy, Isolation>(
        [PoolStrategy.RoundRobin, PoolStrategy.LeastConnections, PoolStrategy.Sticky, PoolStrategy.Weighted], [Isolation.Shared, Isolation.User]);

    [Theory]
    [MemberData(nameof(All))]
    public void A_strategy_places_nobody_where_there_is_no_room(PoolStrategy strategy, Isolation isolation) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Strategy = strategy, Isolation = isolation, Size = 2, MaxSize = 2, MaxConcurrency = 1, EndpointWeights = [2, 1] });
        pool.MustLookLike(permits: 2);
        foreach (var user in new[] { "ann", "bob", "ann" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
            });
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public void A_strategy_goes_on_while_its_sessions_change(PoolStrategy strategy, Isolation isolation) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Strategy = strategy, Isolation = isolation, Size = 2, MaxSize = 3, MaxConcurrency = 1, EndpointWeights = [2, 1] });
        pool.CallAlone("ann");
        stage.Strand("ann", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("ann", () => pool.Call("ann", outcome: LeaseOutcome.TimedOut));
        stage.Strand("operator", () =>
        {
            pool.Apply(o => o with { Size = 1, MaxSize = 1 });
            pool.Apply(o => o with { Strategy = PoolStrategy.RoundRobin });
        });
    });
}
