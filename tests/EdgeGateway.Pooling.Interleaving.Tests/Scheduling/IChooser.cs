namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>Decides who makes the next step. Everything it decides follows from its seed.</summary>
internal interface IChooser
{
    /// <param name="canRun">Numbers of the strands that can go on, ascending; not empty.</param>
    /// <param name="current">Who made the last step; −1 at the beginning.</param>
    int Next(ReadOnlySpan<int> canRun, int current);
}

/// <summary>Anybody, at every point.</summary>
internal sealed class UniformChooser(Random random) : IChooser
{
    public int Next(ReadOnlySpan<int> canRun, int current) => canRun[random.Next(canRun.Length)];
}

/// <summary>Whoever runs goes on, as a rule: long undisturbed stretches, and somebody overtaken in the middle of one.</summary>
internal sealed class ReluctantChooser(Random random) : IChooser
{
    private const double Preempts = 0.15;

    public int Next(ReadOnlySpan<int> canRun, int current) =>
        canRun.Contains(current) && random.NextDouble() >= Preempts ? current : canRun[random.Next(canRun.Length)];
}
