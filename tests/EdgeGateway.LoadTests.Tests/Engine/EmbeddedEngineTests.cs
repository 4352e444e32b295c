using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Model;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.LoadTests.Tests.Engine;

public sealed class EmbeddedEngineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _happened = [];

    [Fact]
    public async Task Outcomes_are_counted_by_reason_and_thresholds_judge_them()
    {
        var result = await RunAsync(Scenario(context => context.Invocation switch
        {
            <= 7 => new(StepResult.Ok(100)),
            <= 9 => new(StepResult.Fail("status 503")),
            _ => throw new InvalidOperationException(),
        }) with
        { Thresholds = [Threshold.NothingFails, Threshold.FailuresAtMost(0.5)] });

        Assert.Equal((7, 3, 700), (result.Ok, result.Failed, result.Bytes));
        Assert.Equal(2, result.FailedByReason["status 503"]);
        Assert.Equal(1, result.FailedByReason[nameof(InvalidOperationException)]);
        Assert.Equal(["no call fails"], result.FailedThresholds);
        Assert.Equal(Second, result.Duration);
        Assert.Equal(7, result.OkPerSecond);
    }

    [Fact]
    public async Task What_the_warm_up_did_is_forgotten()
    {
        var steps = 0;
        var result = await RunAsync(Scenario(_ => new(++steps <= 10 ? StepResult.Fail("cold") : StepResult.Ok())) with { WarmUp = Second });

        Assert.Equal((20, 10, 0), (steps, result.Ok, result.Failed));
    }

    [Fact]
    public async Task Clients_enter_after_the_beginning_and_leave_before_the_end()
    {
        await RunAsync(Scenario(_ => new(StepResult.Ok())) with
        {
            Init = _ => Note("init"),
            Enter = context => Note($"enter {context.Number}"),
            Leave = context => new(Note($"leave {context.Number}")),
            Clean = () => Note("clean"),
            Simulations = [LoadSimulation.KeepConstant(2, TimeSpan.Zero)],
        });

        Assert.Equal(["init", "enter 0", "enter 1", "leave 0", "leave 1", "clean"], _happened);
    }

    [Fact]
    public async Task Closed_and_open_simulations_do_not_mix() => await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Scenario(_ => default) with
    {
        Simulations = [LoadSimulation.KeepConstant(1, Second), LoadSimulation.Inject(1, Second, Second)],
    }));

    /// <summary>One client, ten steps a second.</summary>
    private LoadScenario Scenario(Func<StepContext, ValueTask<StepResult>> step) => new()
    {
        Name = "test",
        WarmUp = TimeSpan.Zero,
        Simulations = [LoadSimulation.KeepConstant(1, Second)],
        Step = context =>
        {
            _clock.Advance(Second / 10);
            return step(context);
        },
    };

    private Task<LoadResult> RunAsync(LoadScenario scenario) =>
        new EmbeddedEngine(_clock, new AdvancingPacer(_clock), _ => { }).RunAsync(scenario, TestContext.Current.CancellationToken);

    private Task Note(string what)
    {
        _happened.Add(what);
        return Task.CompletedTask;
    }
}
