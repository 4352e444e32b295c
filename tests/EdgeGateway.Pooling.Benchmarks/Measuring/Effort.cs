namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>How long to measure.</summary>
/// <param name="RoundsMin">Rounds at least: a median of fewer says little.</param>
/// <param name="RoundsMax">Rounds at most.</param>
/// <param name="Budget">A table that has taken as long begins no further round beyond the least number.</param>
/// <param name="BatchTime">What a batch should take.</param>
/// <param name="OperationsMin">Operations at least in a batch of acquire and release.</param>
/// <param name="HandOffsMin">Operations at least in a batch of hand-offs; each takes as long as many of the others.</param>
internal sealed record Effort(int RoundsMin, int RoundsMax, TimeSpan Budget, TimeSpan BatchTime, int OperationsMin, int HandOffsMin)
{
    /// <summary>Half a minute, of 60 s allowed.</summary>
    public static Effort Full { get; } = new(7, 11, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(50), 100_000, 100_000);

    /// <summary>Below 10 s.</summary>
    public static Effort Quick { get; } = new(7, 7, TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(10), 20_000, 10_000);

    /// <summary>Operations that fill a batch.</summary>
    /// <param name="nanoseconds">What one takes.</param>
    /// <param name="least">What the batch must have.</param>
    public int Fill(double nanoseconds, int least) => (int)Math.Clamp(BatchTime.TotalNanoseconds / nanoseconds, least, 100_000_000);
}
