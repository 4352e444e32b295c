using System.Runtime.CompilerServices;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>One client: takes the scenario's step, one at a time, and keeps what came of it.</summary>
internal sealed class Client(LoadScenario scenario, StepContext context)
{
    public StepContext Context => context;

    public Tally Tally { get; private set; } = new();

    /// <summary>Takes a step and records it.</summary>
    /// <param name="clock">Measures.</param>
    /// <param name="since">Timestamp to measure from.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask StepAsync(TimeProvider clock, long since)
    {
        context.Invocation++;
        StepResult result;
        try
        {
            result = await scenario.Step(context);
        }
        catch (Exception failure)
        {
            result = StepResult.Fail(failure.GetType().Name);
        }

        Tally.Add(result, clock.GetElapsedTime(since));
    }

    /// <summary>Drops what was recorded: it was the warm-up.</summary>
    public void Forget() => Tally = new();

    public ValueTask LeaveAsync() => scenario.Leave(context);
}
