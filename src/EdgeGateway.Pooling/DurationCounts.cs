using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling;

/// <summary>How many durations fell into one bucket of the pool's scale.</summary>
/// <param name="Index">0–279: eight buckets an octave, from a microsecond up; each 9 % wide.</param>
/// <param name="Count">At least 1.</param>
public readonly record struct DurationBucket(int Index, long Count);

/// <summary>
/// Durations as counts per bucket. Immutable, and small: empty buckets take no room. Counts of two moments can be subtracted, which gives
/// those of the time between; counts of several times can be added.
/// </summary>
public sealed class DurationCounts
{
    /// <summary>Buckets of the scale.</summary>
    public const int Scale = DurationHistogram.Buckets;

    private readonly DurationBucket[] _buckets;

    private DurationCounts(DurationBucket[] buckets, double sumMs)
    {
        _buckets = buckets;
        SumMs = sumMs;
        foreach (var bucket in buckets)
        {
            Count += bucket.Count;
        }
    }

    /// <summary>No durations.</summary>
    public static DurationCounts None { get; } = new([], 0);

    /// <summary>Every bucket that holds something, the shortest durations first.</summary>
    public ReadOnlySpan<DurationBucket> Buckets => _buckets;

    /// <summary>Number of durations.</summary>
    public long Count { get; }

    /// <summary>All durations together, milliseconds; exact, unlike the percentiles.</summary>
    public double SumMs { get; }

    /// <summary>Mean, milliseconds; 0 without durations.</summary>
    public double MeanMs => Count == 0 ? 0 : SumMs / Count;

    /// <summary>From counts by bucket, one number each.</summary>
    /// <param name="dense">At most <see cref="Scale"/> counts; what is not positive counts as none.</param>
    /// <param name="sumMs">All durations together, milliseconds.</param>
    public static DurationCounts Of(ReadOnlySpan<long> dense, double sumMs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dense.Length, Scale);
        var buckets = new List<DurationBucket>();
        for (var i = 0; i < dense.Length; i++)
        {
            // Once: it may grow while it is read.
            var count = dense[i];
            if (count > 0)
            {
                buckets.Add(new DurationBucket(i, count));
            }
        }

        return buckets.Count == 0 ? None : new DurationCounts([.. buckets], Math.Max(0, sumMs));
    }

    /// <summary>What was added after <paramref name="earlier"/>, an older reading of the same counts.</summary>
    public DurationCounts Since(DurationCounts earlier) => ReferenceEquals(this, earlier) ? None : Combine(earlier, -1);

    /// <summary>Both together.</summary>
    public DurationCounts Plus(DurationCounts other) => other.Count == 0 ? this : Count == 0 ? other : Combine(other, 1);

    /// <summary>Percentiles in milliseconds, within half a bucket (5 %); 0 without durations.</summary>
    public Percentiles Percentiles() => new(At(0.50), At(0.95), At(0.99));

    private DurationCounts Combine(DurationCounts other, int sign)
    {
        Span<long> dense = stackalloc long[Scale];
        foreach (var bucket in _buckets)
        {
            dense[bucket.Index] += bucket.Count;
        }

        foreach (var bucket in other._buckets)
        {
            dense[bucket.Index] += sign * bucket.Count;
        }

        return Of(dense, SumMs + (sign * other.SumMs));
    }

    private double At(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        foreach (var bucket in _buckets)
        {
            rank -= bucket.Count;
            if (rank <= 0)
            {
                return DurationHistogram.MiddleMs(bucket.Index);
            }
        }

        return 0;
    }
}
