namespace EdgeGateway.LoadTests.Engine;

/// <summary>Waits for the next arrival.</summary>
internal interface IPacer
{
    /// <summary>Blocks for about as long; longer is shown by the latencies, which count from the intended start.</summary>
    void Wait(TimeSpan time);
}
