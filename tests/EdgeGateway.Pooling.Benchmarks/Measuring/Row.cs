namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>One line of a table: a candidate under one kind of load.</summary>
internal abstract class Row(string name)
{
    public string Name { get; } = name;

    /// <summary>Runs the load once.</summary>
    /// <param name="operations">Acquire and release, so often; by each thread.</param>
    public abstract Batch Run(int operations);
}
