using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling.Tests;

public sealed class DurationCountsTests
{
    private static readonly double[] Milliseconds = [0.0001, 0.002, 0.5, 1, 1.02, 7, 30, 30, 31, 900, 4_000_000, 90_000_000];

    [Fact]
    public void Counts_tell_the_percentiles_of_the_histogram_they_were_copied_from()
    {
        var histogram = Histogram(Milliseconds);

        var counts = histogram.Copy(DurationCounts.None);

        Assert.Equal((histogram.Read(), histogram.Count, histogram.MeanMs), (counts.Percentiles(), counts.Count, counts.MeanMs));
        Assert.Equal(counts.Buckets.ToArray().Select(bucket => bucket.Index).Order().Distinct(), counts.Buckets.ToArray().Select(bucket => bucket.Index));
    }

    [Fact]
    public void What_came_since_equals_a_histogram_that_saw_nothing_else()
    {
        for (var cut = 0; cut <= Milliseconds.Length; cut++)
        {
            var before = Copy(Milliseconds[..cut]);
            var later = Copy(Milliseconds[cut..]);

            var since = Copy(Milliseconds).Since(before);

            Assert.Equal(later.Buckets, since.Buckets);
            Assert.Equal(later.SumMs, since.SumMs, 6);
            Assert.Equal(Copy(Milliseconds).Buckets, before.Plus(later).Buckets);
            Assert.Equal(Copy(Milliseconds).SumMs, before.Plus(later).SumMs, 6);
        }
    }

    [Fact]
    public void Without_durations_everything_is_zero()
    {
        Assert.Equal((default, 0.0, 0L), (DurationCounts.None.Percentiles(), DurationCounts.None.MeanMs, DurationCounts.None.Count));
        Assert.Same(DurationCounts.None, DurationCounts.Of(new long[DurationCounts.Scale], 0));
    }

    [Fact]
    public void More_buckets_than_the_scale_has_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DurationCounts.Of(new long[DurationCounts.Scale + 1], 0));

    private static DurationCounts Copy(IEnumerable<double> milliseconds) => Histogram(milliseconds).Copy(DurationCounts.None);

    private static DurationHistogram Histogram(IEnumerable<double> milliseconds)
    {
        var histogram = new DurationHistogram();
        foreach (var ms in milliseconds)
        {
            histogram.Add(TimeSpan.FromMilliseconds(ms));
        }

        return histogram;
    }
}
