using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>Callers that go away or run out of time at the moment they are served.</summary>
public sealed class LeavingScenarios
{
    [Fact]
    public void Who_is_called_away_while_it_is_served_leaves_nothing_behind() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.MustLookLike(permits: 1);
        pool.CallAlone("ann");
        var leaving = new Leaving();
        stage.Strand("holder", () => pool.Call("ann"));
        stage.Strand("waiter", () =>
        {
            if (pool.Acquire("ann", leaving: leaving) is { } held)
            {
                pool.Release(held);
            }
        });
        stage.Strand("leaving", leaving.Leave);
        stage.Strand("next", () => pool.Call("ann"));
    });

    [Fact]
    public void Who_runs_out_of_time_while_it_is_served_has_one_answer() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1, AcquireTimeout = TimeSpan.FromMilliseconds(500) });
        pool.MustLookLike(permits: 1);
        pool.CallAlone("ann");
        stage.Strand("holder", () => pool.Call("ann"));
        stage.Strand("waiter", () => pool.Call("ann"));
        stage.Strand("waiter", () => pool.Call("ann"));
        stage.Strand("time", () => pool.Clock.Advance(TimeSpan.FromMilliseconds(500)));
    });

    [Fact]
    public void Time_that_passes_while_sessions_come_and_go_disturbs_nobody() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 2, MaxIdleTime = TimeSpan.FromSeconds(1), CleanupInterval = TimeSpan.FromSeconds(1), MaxLifetime = TimeSpan.FromSeconds(3) });
        pool.MustLookLike(permits: 2);
        pool.CallAlone("ann");
        stage.Strand("ann", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("bob", () => pool.Call("bob"));
        stage.Strand("time", () =>
        {
            for (var second = 0; second < 4; second++)
            {
                pool.Clock.Advance(TimeSpan.FromSeconds(1));
            }
        });
    });

    [Fact]
    public void Who_is_called_away_while_it_is_bound_leaves_no_session_behind() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Session, Size = 1, MaxSize = 1 });
        var leaving = new Leaving();
        stage.Strand("client", () => pool.Bind("ann", leaving)?.End("the client said DELETE"));
        stage.Strand("client", () => pool.Bind("ann")?.End("the client said DELETE"));
        stage.Strand("leaving", leaving.Leave);
    });

    [Fact]
    public void A_session_kept_free_for_somebody_who_leaves_is_shared_again() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1, MaxConcurrency = 2 });
        pool.CallAlone("ann");
        var leaving = new Leaving();
        stage.Strand("part", () => pool.Call("ann", LeaseMode.Shared));
        stage.Strand("whole", () =>
        {
            if (pool.Acquire("ann", leaving: leaving) is { } held)
            {
                pool.Release(held);
            }
        });
        stage.Strand("leaving", leaving.Leave);
        stage.Strand("part", () =>
        {
            pool.Call("ann", LeaseMode.Shared);
            pool.Call("ann", LeaseMode.Shared);
        });
    });

    [Fact]
    public void A_line_that_is_full_refuses_and_forgets_nobody() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1, MaxPending = 1 });
        pool.MustLookLike(permits: 1);
        pool.CallAlone("ann");
        for (var caller = 0; caller < 4; caller++)
        {
            stage.Strand("caller", () => pool.Call("ann"));
        }
    });
}
