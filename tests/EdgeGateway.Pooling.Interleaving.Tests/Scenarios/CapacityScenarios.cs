using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>How many requests may run at once on a shared session changes while some run.</summary>
public sealed class CapacityScenarios
{
    [Fact]
    public void Requests_at_once_may_be_more_from_now_on() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 1, MaxSize = 1, MaxConcurrency = 1 });
        foreach (var user in new[] { "ann", "bob", "carl" })
        {
            stage.Strand(user, () => pool.Call(user));
        }

        stage.Strand("operator", () => pool.Apply(o => o with { MaxConcurrency = 2 }));
    });

    [Fact]
    public void Requests_at_once_may_be_fewer_from_now_on() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        foreach (var user in new[] { "ann", "bob" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
            });
        }

        stage.Strand("operator", () => pool.Apply(o => o with { MaxConcurrency = 1 }));
    });
}
