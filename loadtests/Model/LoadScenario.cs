namespace EdgeGateway.LoadTests.Model;

/// <summary>A load, told apart from the engine that makes it: shaped as NBomber's scenarios are.</summary>
internal sealed record LoadScenario
{
    public required string Name { get; init; }

    /// <summary>Before everything else, once.</summary>
    public Func<CancellationToken, Task> Init { get; init; } = _ => Task.CompletedTask;

    /// <summary>Makes a client ready for its first step: it connects, say. Not measured.</summary>
    public Func<StepContext, Task> Enter { get; init; } = _ => Task.CompletedTask;

    /// <summary>What is measured. It says how it went; an exception is a failure too, counted by the exception's type.</summary>
    public required Func<StepContext, ValueTask<StepResult>> Step { get; init; }

    /// <summary>Ends a client. Not measured, and called when a run is given up too: it must end what the step waits for.</summary>
    public Func<StepContext, ValueTask> Leave { get; init; } = _ => ValueTask.CompletedTask;

    /// <summary>After everything else, once.</summary>
    public Func<Task> Clean { get; init; } = () => Task.CompletedTask;

    /// <summary>How long the first simulation runs before anything is recorded.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    public required IReadOnlyList<LoadSimulation> Simulations { get; init; }

    public IReadOnlyList<Threshold> Thresholds { get; init; } = [Threshold.NothingFails];

    /// <summary>
    /// Clients an open loop has, each with one request at a time; an arrival that finds all of them busy is counted as a failure. 256: with
    /// more outstanding than that, what is measured is a queue, and every client costs a connection and 100 KB of histogram here.
    /// </summary>
    public int OutstandingMax { get; init; } = 256;
}
