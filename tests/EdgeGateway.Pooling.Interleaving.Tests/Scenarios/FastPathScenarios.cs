using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>Whoever is alone takes no lock (pool.md section 4), whatever became of the sessions it used before.</summary>
public sealed class FastPathScenarios
{
    [Fact]
    public void A_user_whose_client_session_has_ended_is_served_without_the_lock() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 2 });
        pool.CheckServesWithoutTheLock("ann");
        stage.Strand("client", () =>
        {
            var binding = pool.Bind("ann")!;
            pool.Books.Unbound(binding);
            binding.End("the client said DELETE");
        });
        stage.Strand("caller", () => pool.Call("ann"));
        stage.AtRest(() => pool.CheckServesWithoutTheLock("ann"));
    });

    [Theory]
    [InlineData(Isolation.User, Isolation.Shared)]
    [InlineData(Isolation.Shared, Isolation.User)]
    public void A_user_is_served_without_the_lock_after_the_isolation_has_changed(Isolation before, Isolation after) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = before, Size = 1, MaxSize = 1 });
        pool.CheckServesWithoutTheLock("ann");
        stage.Strand("operator", () => pool.Apply(o => o with { Isolation = after }));
        stage.Strand("caller", () => pool.Call("ann"));
        stage.AtRest(() => pool.CheckServesWithoutTheLock("ann"));
    });
}
