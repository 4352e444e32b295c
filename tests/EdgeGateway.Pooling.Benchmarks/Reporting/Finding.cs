namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>How one candidate stands to one target.</summary>
/// <param name="Measured">The figure, for people.</param>
/// <param name="IsMet">Whether it reaches the target.</param>
/// <param name="IsClose">Whether it stays within the gate's wide margin.</param>
internal readonly record struct Finding(string Measured, bool IsMet, bool IsClose)
{
    public override string ToString() => $"{Measured} {(IsMet ? "met" : "not met")}";
}
