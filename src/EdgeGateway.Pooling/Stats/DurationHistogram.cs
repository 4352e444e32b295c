namespace EdgeGateway.Pooling.Stats;

/// <summary>
/// Durations from a microsecond to an hour in buckets that grow by an eighth of a power of two: 9 % wide, 280 counters, no allocation
/// per sample. Written by anybody (Interlocked); a reader may see a sample in the counts and not yet in the sum.
/// </summary>
internal sealed class DurationHistogram
{
    public const int Buckets = PerOctave * Octaves;
    private const int PerOctave = 8;
    private const int Octaves = 35;
    // 2^(k/8) − 1 in 65536ths.
    private static readonly int[] Steps = [5932, 12400, 19454, 27146, 35535, 44682, 54658];

    private readonly long[] _counts = new long[Buckets];
    private long _sumTicks;
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public double MeanMs => Count == 0 ? 0 : SumMs / Count;

    private double SumMs => TimeSpan.FromTicks(Volatile.Read(ref _sumTicks)).TotalMilliseconds;

    public void Add(TimeSpan duration)
    {
        Interlocked.Add(ref _sumTicks, duration.Ticks);
        Interlocked.Increment(ref _counts[BucketOf(Math.Max(1, duration.TotalMicroseconds))]);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The number's logarithm in eighths: the exponent is written in it, and where it stands in its octave a few comparisons tell.</summary>
    private static int BucketOf(double microseconds)
    {
        var bits = BitConverter.DoubleToInt64Bits(microseconds);
        var bucket = ((int)(bits >> 52) - 1023) * PerOctave;
        var mantissa = (int)(bits >> 36) & 0xFFFF;
        foreach (var step in Steps)
        {
            bucket += mantissa >= step ? 1 : 0;
        }

        return Math.Min(Buckets - 1, bucket);
    }

    /// <summary>So many that took no time.</summary>
    public void AddZeros(long count)
    {
        Interlocked.Add(ref _counts[0], count);
        Interlocked.Add(ref _count, count);
    }

    /// <summary>The middle of a bucket, in milliseconds; sub-microsecond samples round to nothing.</summary>
    public static double MiddleMs(int bucket) => bucket == 0 ? 0 : Math.Round(Math.Pow(2, (bucket + 0.5) / PerOctave) / 1000, 3);

    /// <summary>The counts as they stand; <paramref name="last"/>, the copy before, when nothing came since.</summary>
    public DurationCounts Copy(DurationCounts last) => last.Count == Count ? last : DurationCounts.Of(_counts, SumMs);

    public Percentiles Read()
    {
        var counts = Copy(DurationCounts.None);
        return counts.Percentiles();
    }
}
