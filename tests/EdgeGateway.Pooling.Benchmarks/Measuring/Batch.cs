using System.Diagnostics;

namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>What one timed batch came to.</summary>
/// <param name="Nanoseconds">Per operation.</param>
/// <param name="Bytes">Allocated per operation.</param>
internal readonly record struct Batch(double Nanoseconds, double Bytes)
{
    /// <param name="began">Timestamp of its start.</param>
    /// <param name="ended">Timestamp of its end.</param>
    /// <param name="bytes">Allocated in all.</param>
    /// <param name="operations">Operations that ran one after another in this time.</param>
    /// <param name="threads">How many such sequences ran at once.</param>
    public static Batch Of(long began, long ended, long bytes, int operations, int threads = 1) =>
        new(Stopwatch.GetElapsedTime(began, ended).TotalNanoseconds / operations, (double)bytes / operations / threads);
}
