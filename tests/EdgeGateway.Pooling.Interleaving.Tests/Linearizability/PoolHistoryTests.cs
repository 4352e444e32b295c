using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>Whatever the interleaving, callers see a pool that does one thing at a time: so many permits, and strict order within a lane.</summary>
public sealed class PoolHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Exclusive_leases_of_one_user_are_linearizable(int sessions) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = sessions, MaxSize = sessions });
        for (var caller = 0; caller < 3; caller++)
        {
            stage.Strand("caller", () =>
            {
                pool.Call("ann");
                pool.Call("ann");
                pool.Call("ann");
            });
        }

        pool.MustLookLike(permits: sessions);
    });

    [Theory]
    [InlineData(PoolStrategy.RoundRobin)]
    [InlineData(PoolStrategy.LeastConnections)]
    [InlineData(PoolStrategy.Weighted)]
    public void Shared_leases_of_several_users_are_linearizable(PoolStrategy strategy) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Strategy = strategy, EndpointWeights = [1, 1], Size = 2, MaxSize = 2, MaxConcurrency = 1 });
        foreach (var user in new[] { "ann", "bob", "ann", "carl" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
            });
        }

        pool.MustLookLike(permits: 2);
    });

    [Fact]
    public void Leases_of_callers_that_may_leave_are_linearizable() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.CallAlone("ann");
        var leaving = new Leaving();
        for (var caller = 0; caller < 3; caller++)
        {
            var isLeaving = caller == 0;
            stage.Strand("caller", () =>
            {
                if (pool.Acquire("ann", leaving: isLeaving ? leaving : null) is { } held)
                {
                    pool.Release(held);
                }

                pool.Call("ann");
            });
        }

        stage.Strand("leaving", leaving.Leave);
        pool.MustLookLike(permits: 1);
    });
}
