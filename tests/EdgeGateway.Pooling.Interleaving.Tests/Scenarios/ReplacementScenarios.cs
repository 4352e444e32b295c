using EdgeGateway.Pooling.Tests.Harness;
using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>The upstream forgot a bound session that had carried nothing yet: its client gets another, behind its back.</summary>
public sealed class ReplacementScenarios
{
    [Fact]
    public void A_session_that_is_lost_is_replaced_once_for_all_its_requests() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Session, Size = 1, MaxSize = 1 });
        Binding<FakeSession>? binding = null;
        var running = 0;
        stage.Strand("client", () => binding = pool.Bind("ann"));
        for (var request = 0; request < 2; request++)
        {
            stage.Strand("request", () =>
            {
                stage.Schedule.Until(() => binding is not null);
                var held = pool.Request(binding!)!;
                running++;
                stage.Schedule.Until(() => running == 2);
                Lose(stage, pool, binding!, held);
            });
        }

        stage.Strand("caller", () => pool.Call("ann"));
        stage.AtRest(() => Assert.Equal(1, pool.Pool.Stats().Bound));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_session_that_ends_while_its_session_is_replaced_leaves_nothing_behind(bool reset) => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Session, Size = 1, MaxSize = 1 });
        Binding<FakeSession>? binding = null;
        stage.Strand("client", () =>
        {
            binding = pool.Bind("ann")!;
            var replaced = binding.ReplaceAsync(binding.Session);
            stage.Schedule.Until(() => replaced.IsCompleted);
            Assert.True(replaced.IsCompletedSuccessfully);
        });
        stage.Strand("operator", () =>
        {
            stage.Schedule.Until(() => binding is not null);
            if (reset)
            {
                pool.Pool.Reset();
            }

            binding!.End("the client said DELETE");
        });
        stage.AtRest(() => Assert.Equal((0, true), (pool.Pool.Stats().Bound, binding!.Ended.IsCancellationRequested)));
    });

    [Fact]
    public void A_request_on_a_session_that_is_being_replaced_is_counted_like_any_other() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Session, Size = 1, MaxSize = 1 });
        pool.Books.MayCutLeases = true; // the upstream will say that it does not know the session
        Binding<FakeSession>? binding = null;
        stage.Strand("client", () => binding = pool.Bind("ann"));
        for (var request = 0; request < 2; request++)
        {
            stage.Strand("request", () =>
            {
                stage.Schedule.Until(() => binding is not null);
                if (pool.Request(binding!) is { } held)
                {
                    Lose(stage, pool, binding!, held);
                }
            });
        }
    });

    private static void Lose(Stage stage, StagedPool pool, Binding<FakeSession> binding, Held held)
    {
        pool.Release(held, LeaseOutcome.SessionGone);
        var replaced = binding.ReplaceAsync(held.Session);
        stage.Schedule.Until(() => replaced.IsCompleted);
        Assert.True(replaced.IsCompletedSuccessfully);
        Assert.NotEqual(held.Session, binding.Session);
        if (pool.Request(binding) is { } again)
        {
            pool.Release(again);
        }
    }
}
