using EdgeGateway.Pooling;
using EdgeGateway.Storage;
using Xunit;

namespace EdgeGateway.Tests.Storage;

public sealed class DurationBlobTests
{
    [Fact]
    public void What_was_written_is_read_again()
    {
        var random = new Random(20261123);
        for (var round = 0; round < 200; round++)
        {
            var dense = new long[DurationCounts.Scale];
            for (var filled = random.Next(60); filled > 0; filled--)
            {
                dense[random.Next(dense.Length)] = random.NextInt64(1, 1L << random.Next(1, 62) >> 6 | 2);
            }

            var counts = DurationCounts.Of(dense, random.NextDouble() * 1e9);
            var read = DurationBlob.Read(DurationBlob.Write(counts));

            Assert.Equal(counts.Buckets, read.Buckets);
            Assert.Equal((counts.Count, counts.SumMs), (read.Count, read.SumMs));
        }
    }

    [Fact]
    public void None_take_no_room() => Assert.Empty(DurationBlob.Write(DurationCounts.None));

    [Fact]
    public void A_busy_pools_five_minutes_take_about_a_hundred_bytes()
    {
        var dense = new long[DurationCounts.Scale];
        dense.AsSpan(100, 40).Fill(750); // 30,000 calls over five octaves

        Assert.InRange(DurationBlob.Write(DurationCounts.Of(dense, 1e6)).Length, 60, 140);
    }

    [Fact]
    public void A_damaged_blob_or_one_of_another_version_holds_none_and_never_throws()
    {
        var blob = DurationBlob.Write(DurationCounts.Of([1, 0, 500, .. new long[200], 9], 12));
        Assert.Equal(3, DurationBlob.Read(blob).Buckets.Length);

        Assert.Equal(0, DurationBlob.Read([2, .. blob[1..]]).Count);
        Assert.Equal(0, DurationBlob.Read(blob.AsSpan(0, 5)).Count);
        Assert.Equal(0, DurationBlob.Read(blob.AsSpan(0, blob.Length - 1)).Count);
        Assert.Equal(0, DurationBlob.Read([.. blob[..9], 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1]).Count);
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            byte[] changed = [.. blob];
            random.NextBytes(changed.AsSpan(9));
            DurationBlob.Read(changed);
        }
    }
}
