using System.Buffers.Binary;
using EdgeGateway.Pooling;

namespace EdgeGateway.Storage;

/// <summary>
/// Durations as a column holds them: version 1 | sum in ms, 8 bytes | per bucket, in order: steps since the bucket before, then its
/// count, both as variable-length numbers of 7 bits a byte, least first. A busy pool's 5 minutes take about 100 bytes; none take none.
/// </summary>
internal static class DurationBlob
{
    private const byte Version = 1;
    private const int HeaderLength = 1 + sizeof(double);

    /// <summary>63 bits, 7 a byte.</summary>
    private const int NumberLengthMax = 9;

    public static byte[] Write(DurationCounts counts)
    {
        if (counts.Count == 0)
        {
            return [];
        }

        Span<byte> blob = new byte[HeaderLength + (counts.Buckets.Length * 2 * NumberLengthMax)];
        blob[0] = Version;
        BinaryPrimitives.WriteDoubleLittleEndian(blob[1..], counts.SumMs);
        var (length, before) = (HeaderLength, 0);
        foreach (var bucket in counts.Buckets)
        {
            length += Put(blob[length..], (ulong)(bucket.Index - before));
            length += Put(blob[length..], (ulong)bucket.Count);
            before = bucket.Index;
        }

        return blob[..length].ToArray();
    }

    /// <summary>No durations where the blob is of another version or damaged: the rest of its row is still worth showing.</summary>
    public static DurationCounts Read(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < HeaderLength || blob[0] != Version)
        {
            return DurationCounts.None;
        }

        var sumMs = BinaryPrimitives.ReadDoubleLittleEndian(blob[1..]);
        Span<long> dense = stackalloc long[DurationCounts.Scale];
        var rest = blob[HeaderLength..];
        var index = 0UL;
        while (!rest.IsEmpty)
        {
            if (!TryTake(ref rest, out var steps) || !TryTake(ref rest, out var count) || (index += steps) >= DurationCounts.Scale || count > long.MaxValue)
            {
                return DurationCounts.None;
            }

            dense[(int)index] = (long)count;
        }

        return DurationCounts.Of(dense, sumMs);
    }

    private static int Put(Span<byte> to, ulong number)
    {
        var length = 0;
        for (; number >= 0x80; number >>= 7)
        {
            to[length++] = (byte)(number | 0x80);
        }

        to[length++] = (byte)number;
        return length;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ulong number)
    {
        number = 0;
        for (var i = 0; i < rest.Length && i < NumberLengthMax; i++)
        {
            number |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
