namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>
/// A pool from which one item is taken and given back at once. Structs implement it: each then has a loop of its own, compiled for it,
/// in which the call costs nothing, and no candidate pays for the harness.
/// </summary>
internal interface IContender
{
    /// <summary>Takes an item that is there, looks at it, gives it back.</summary>
    /// <returns>What it saw, so that nothing can be left out.</returns>
    int AcquireAndRelease();
}
