using EdgeGateway.Pooling.Tests.Harness;
using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>Sessions that leave the pool for a client session, and come back.</summary>
public sealed class BindingScenarios
{
    private const string Delete = "the client said DELETE";

    [Fact]
    public void A_session_taken_out_to_be_bound_is_not_leased_to_its_user_any_more() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.CallAlone("ann");
        stage.Strand("client", () =>
        {
            var binding = pool.Bind("ann")!;
            if (pool.Request(binding) is { } held)
            {
                Interleaving.Point();
                pool.Release(held);
            }

            pool.Books.Unbound(binding);
            binding.End(Delete);
        });
        stage.Strand("caller", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
        stage.Strand("caller", () => pool.Call("ann"));
    });

    [Theory]
    [InlineData(Isolation.User)]
    [InlineData(Isolation.Session)]
    public void A_request_that_begins_while_its_binding_ends_runs_alone_or_not_at_all(Isolation isolation) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = isolation, Size = 1, MaxSize = 2 });
        pool.Books.MayCutLeases = true;
        Binding<FakeSession>? binding = null;
        stage.Strand("client", () =>
        {
            binding = pool.Bind("ann")!;
            pool.Books.Unbound(binding);
            binding.End(Delete);
        });
        TwoRequests(stage, pool, () => binding);
        stage.Strand("caller", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
    });

    [Fact]
    public void A_binding_that_drains_ends_with_its_last_request() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Session, Size = 1, MaxSize = 1 });
        Binding<FakeSession>? binding = null;
        stage.Strand("client", () =>
        {
            binding = pool.Bind("ann");
            stage.Note(binding is null ? "refused" : "bound");
        });
        TwoRequests(stage, pool, () => binding);
        stage.Strand("operator", () =>
        {
            stage.Schedule.Until(() => binding is not null);
            pool.Pool.Reset();
        });
        stage.AtRest(() => Assert.True(binding!.Ended.IsCancellationRequested));
    });

    [Fact]
    public void A_session_that_is_bound_and_unbound_again_and_again_is_one_users_at_a_time() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Size = 1, MaxSize = 1 });
        pool.Books.MayCutLeases = true;
        pool.CallAlone("ann");
        Binding<FakeSession>? first = null;
        stage.Strand("client", () =>
        {
            first = pool.Bind("ann")!;
            pool.Books.Unbound(first);
            first.End(Delete);
            var second = pool.Bind("ann")!;
            pool.Books.Unbound(second);
            second.End(Delete);
        });
        stage.Strand("late request", () =>
        {
            stage.Schedule.Until(() => first is not null);
            for (var request = 0; request < 3; request++)
            {
                if (pool.Request(first!) is { } held)
                {
                    pool.Release(held);
                }
            }
        });
        stage.Strand("caller", () =>
        {
            pool.Call("ann");
            pool.Call("ann");
        });
    });

    [Fact]
    public void A_shutdown_that_keeps_bound_sessions_waits_for_their_requests_and_lets_no_new_one_in() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Session, Size = 1, MaxSize = 1 });
        pool.Serves = false;
        Binding<FakeSession>? binding = null;
        var running = 0;
        var hasEnded = false;
        stage.Strand("client", () => binding = pool.Bind("ann"));
        for (var request = 0; request < 2; request++)
        {
            stage.Strand("request", () =>
            {
                stage.Schedule.Until(() => binding is not null);
                if (pool.Request(binding!) is { } held)
                {
                    Assert.False(hasEnded, "a request began after the shutdown had ended");
                    running++;
                    Interleaving.Point();
                    running--;
                    pool.Release(held);
                }
            });
        }

        stage.Strand("operator", () =>
        {
            stage.Schedule.Until(() => binding is not null);
            var ended = pool.Pool.ShutdownAsync(TimeSpan.FromSeconds(60), keepBound: true);
            stage.Schedule.Until(() => ended.IsCompleted);
            Assert.Equal(0, running);
            hasEnded = true;
        });
        stage.AtRest(() => Assert.Equal((1, 1), (pool.Pool.Stats().Total, pool.Pool.Stats().Bound)));
    });

    /// <summary>Two requests of one client session, side by side, once it is bound.</summary>
    private static void TwoRequests(Stage stage, StagedPool pool, Func<Binding<FakeSession>?> binding)
    {
        for (var request = 0; request < 2; request++)
        {
            stage.Strand("request", () =>
            {
                stage.Schedule.Until(() => binding() is not null);
                if (pool.Request(binding()!) is { } held)
                {
                    Interleaving.Point();
                    pool.Release(held);
                }
            });
        }
    }
}
