using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>Taking and giving back, by several at once: nobody gets what another has, nobody is forgotten in line.</summary>
public sealed class LeaseScenarios
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Callers_of_one_user_get_sessions_one_at_a_time_and_nobody_waits_for_ever(int sessions) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = sessions, MaxSize = sessions });
        pool.MustLookLike(permits: sessions);
        for (var caller = 0; caller <= sessions; caller++)
        {
            stage.Strand("caller", () =>
            {
                pool.Call("ann");
                pool.Call("ann");
            });
        }
    });

    [Fact]
    public void Who_is_about_to_wait_sees_the_session_that_is_given_back_at_that_moment() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.MustLookLike(permits: 1);
        pool.CallAlone("ann");
        stage.Strand("first", () => pool.Call("ann"));
        stage.Strand("second", () => pool.Call("ann"));
    });

    [Fact]
    public void A_shared_session_runs_as_many_requests_as_it_may_and_no_more() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        pool.MustLookLike(permits: 2);
        foreach (var user in new[] { "ann", "bob", "carl", "dora" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
            });
        }
    });

    [Fact]
    public void A_whole_session_and_parts_of_it_are_never_out_together() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        pool.CallAlone("ann");
        stage.Strand("whole", () => pool.Call("ann"));
        stage.Strand("part", () => pool.Call("ann", LeaseMode.Shared));
        stage.Strand("part", () => pool.Call("ann", LeaseMode.Shared));
        stage.Strand("whole", () => pool.Call("ann"));
    });

    [Theory]
    [InlineData(LeaseOutcome.Reusable)]
    [InlineData(LeaseOutcome.TimedOut)]
    public void A_lease_given_back_by_two_at_once_is_given_back_once(LeaseOutcome second) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1, Isolation = Isolation.Shared, MaxConcurrency = 1 });
        Held? held = null;
        var released = 0;
        void Release(LeaseOutcome outcome)
        {
            stage.Schedule.Until(() => held is not null);
            if (released++ == 0)
            {
                pool.Books.Release(held!);
            }
            else
            {
                pool.Books.DoubleReleases++;
            }

            held!.Lease.Release(outcome);
        }

        stage.Strand("holder", () =>
        {
            held = pool.Acquire("ann");
            Release(LeaseOutcome.Reusable);
        });
        stage.Strand("other", () => Release(second));
        stage.Strand("next", () => pool.Call("bob"));
        stage.Strand("next", () => pool.Call("carl"));
    });

    [Fact]
    public void Nobody_overtakes_who_stood_in_line_before() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.MustLookLike(permits: 1);
        pool.CallAlone("ann");
        for (var caller = 0; caller < 4; caller++)
        {
            stage.Strand("caller", () => pool.Call("ann"));
        }
    });

    [Fact]
    public void A_session_that_failed_is_replaced_and_serves_nobody_any_more() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        stage.Strand("unlucky", () => pool.Call("ann", outcome: LeaseOutcome.TimedOut));
        stage.Strand("lucky", () => pool.Call("bob"));
        stage.Strand("lucky", () => pool.Call("carl"));
    });
}
