namespace EdgeGateway.LoadTests.Bench;

/// <summary>One question about speed, and how it is answered. The files under Scenarios are these.</summary>
internal abstract class Benchmark
{
    /// <summary>As on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What a reader wants to know.</summary>
    public abstract string Question { get; }

    /// <summary>What holds while it is measured, and so what the answer is limited to.</summary>
    public abstract string Constraints { get; }

    /// <summary>What it makes of the settings that were asked for.</summary>
    public virtual BenchmarkSettings Adapt(BenchmarkSettings asked) => asked;

    /// <summary>Sets the stage and measures; what it finds it adds to the run's sections.</summary>
    public abstract Task RunAsync(BenchmarkRun run);
}
