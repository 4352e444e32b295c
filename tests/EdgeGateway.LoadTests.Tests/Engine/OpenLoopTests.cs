using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Model;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.LoadTests.Tests.Engine;

public sealed class OpenLoopTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task An_arrival_that_finds_no_free_client_is_counted()
    {
        var answered = new TaskCompletionSource<StepResult>();
        var clients = Clients(10, _ => new(answered.Task));
        var (loop, steps) = (new OpenLoop(_clock, new AdvancingPacer(_clock)), new Outstanding());

        loop.Pace(PerSecond(100), clients, steps, CancellationToken.None);
        answered.SetResult(StepResult.Ok());
        await steps.WhenNoneAsync();

        Assert.Equal(90, loop.NotSent);
        Assert.Equal(10, clients.Sum(client => client.Tally.Ok));
        var result = Tally.Sum(clients.Select(client => client.Tally), loop.NotSent).ToResult(TimeSpan.FromSeconds(1), LatencyFrom.IntendedStart);
        Assert.Equal(90, result.FailedByReason[Tally.NotSent]);
    }

    [Fact]
    public async Task A_client_that_was_answered_takes_the_next_arrival()
    {
        var clients = Clients(1, _ => new(StepResult.Ok()));
        var (loop, steps) = (new OpenLoop(_clock, new AdvancingPacer(_clock)), new Outstanding());

        loop.Pace(PerSecond(100), clients, steps, CancellationToken.None);
        await steps.WhenNoneAsync();

        Assert.Equal(0, loop.NotSent);
        Assert.Equal(100, clients[0].Tally.Ok);
    }

    private static ArrivalSchedule PerSecond(int rate) => new([LoadSimulation.Inject(rate, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1))]);

    private static List<LoadTests.Engine.Client> Clients(int count, Func<StepContext, ValueTask<StepResult>> step)
    {
        var scenario = new LoadScenario { Name = "test", Simulations = [], Step = step };
        return [.. Enumerable.Range(0, count).Select(number => new LoadTests.Engine.Client(scenario, new StepContext(number, CancellationToken.None)))];
    }
}
