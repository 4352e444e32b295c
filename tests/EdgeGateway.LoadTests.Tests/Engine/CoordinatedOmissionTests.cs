using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Model;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.LoadTests.Tests.Engine;

/// <summary>A target that stalls once, for half a second, under a call per millisecond.</summary>
public sealed class CoordinatedOmissionTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task In_an_open_loop_everybody_who_came_meanwhile_has_waited()
    {
        var result = await RunAsync(LoadSimulation.Inject(1000, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), takes: TimeSpan.Zero);

        Assert.Equal(1000, result.Ok);
        Assert.Equal(LatencyFrom.IntendedStart, result.Latency.From);
        Assert.InRange(result.Latency.P99, 485, 495);
        Assert.InRange(result.Latency.P90, 395, 405);
        Assert.InRange(result.Latency.Max, 499, 501);
    }

    [Fact]
    public async Task In_a_closed_loop_it_is_one_slow_call_and_the_result_says_what_it_measured()
    {
        var result = await RunAsync(LoadSimulation.KeepConstant(1, TimeSpan.FromSeconds(1)), takes: Millisecond);

        Assert.Equal(LatencyFrom.Start, result.Latency.From);
        Assert.InRange(result.Latency.P99, 0.9, 1.1);
        Assert.InRange(result.Latency.Max, 500, 502);
    }

    private Task<LoadResult> RunAsync(LoadSimulation simulation, TimeSpan takes) =>
        new EmbeddedEngine(_clock, new AdvancingPacer(_clock), _ => { }).RunAsync(
            new LoadScenario
            {
                Name = "stall",
                Simulations = [simulation],
                WarmUp = TimeSpan.Zero,
                OutstandingMax = 1,
                Step = context =>
                {
                    _clock.Advance(context.Invocation == 100 ? takes + Stall : takes);
                    return new(StepResult.Ok());
                },
            },
            TestContext.Current.CancellationToken);
}
