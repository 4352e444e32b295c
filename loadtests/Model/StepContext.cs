namespace EdgeGateway.LoadTests.Model;

/// <summary>One simulated client, and what its current step may know.</summary>
/// <param name="number">Of the client: 0, 1, 2, …</param>
/// <param name="cancellationToken">Fires when the run is given up.</param>
internal sealed class StepContext(int number, CancellationToken cancellationToken)
{
    public int Number => number;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>How many steps this client has begun, warm-up included. Written by the engine.</summary>
    public long Invocation { get; set; }

    /// <summary>What the client keeps between its steps: its connection, as a rule. Used by one step at a time.</summary>
    public object? State { get; set; }
}
