using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>Isolation comes before speed (pool.md section 2): whatever the order, no session is two users'.</summary>
public sealed class IsolationScenarios
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Two_users_that_race_for_one_fresh_session_never_share_it(int places) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = places });
        pool.MustLookLike(permits: places);
        foreach (var user in new[] { "ann", "bob" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
            });
        }

        stage.Strand("ann", () => pool.Call("ann"));
    });

    [Fact]
    public void A_session_that_is_evicted_is_not_leased_by_its_owner_any_more() => Exploration.Run(stage =>
    {
        stage.Workers = 2;
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.MustLookLike(permits: 1);
        pool.CallAlone("ann");
        stage.Strand("owner", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("other", () => pool.Call("bob"));
        stage.Strand("other", () => pool.Call("carl"));
    });

    [Theory]
    [InlineData(Isolation.Shared, Isolation.User, true)]
    [InlineData(Isolation.User, Isolation.Shared, true)]
    [InlineData(Isolation.Auto, Isolation.User, false)]
    [InlineData(Isolation.Shared, Isolation.Auto, true)]
    public void What_was_used_under_one_rule_serves_nobody_under_another(Isolation before, Isolation after, bool isStateful) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = before, Size = 2, MaxSize = 2, MaxConcurrency = 2 }, isStateful);
        pool.CallAlone("ann");
        foreach (var user in new[] { "ann", "bob" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
                pool.Call(user);
            });
        }

        stage.Strand("operator", () => pool.Apply(o => o with { Isolation = after }));
    });

    [Fact]
    public void A_rule_that_is_changed_and_changed_back_lets_nothing_through() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        stage.Strand("ann", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("bob", () =>
        {
            pool.Call("bob");
            pool.Call("bob");
        });
        stage.Strand("operator", () =>
        {
            pool.Apply(o => o with { Isolation = Isolation.User });
            pool.Apply(o => o with { Isolation = Isolation.Shared });
        });
    });

    [Fact]
    public void A_new_credential_is_never_used_on_an_old_session() => Exploration.Run(stage =>
    {
        stage.Workers = 2;
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 2 });
        pool.CallAlone("ann");
        stage.Strand("ann", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("ann", () => pool.Call("ann"));
        stage.Strand("operator", () => pool.Apply(o => o with { Credential = Credential.Stored(2) }));
    });
}
