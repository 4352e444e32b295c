using System.Buffers;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>Replaces parts of a message and leaves every other byte as it is. 0 bytes allocated of its own.</summary>
public static class MessageSplice
{
    /// <summary>Writes <paramref name="message"/> with <paramref name="part"/> replaced. An absent part is skipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie in the message.</exception>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message, Slice part, ReadOnlySpan<byte> replacement)
    {
        var from = 0;
        Replace(output, message, ref from, part, replacement);
        output.Write(message[from..]);
    }

    /// <summary>Writes <paramref name="message"/> with two parts replaced, in whatever order they stand. An absent part is skipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part does not lie in the message, or they overlap.</exception>
    public static void Write(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> message,
        Slice first,
        ReadOnlySpan<byte> firstReplacement,
        Slice second,
        ReadOnlySpan<byte> secondReplacement)
    {
        var from = 0;
        if (first.Start <= second.Start)
        {
            Replace(output, message, ref from, first, firstReplacement);
            Replace(output, message, ref from, second, secondReplacement);
        }
        else
        {
            Replace(output, message, ref from, second, secondReplacement);
            Replace(output, message, ref from, first, firstReplacement);
        }

        output.Write(message[from..]);
    }

    /// <summary>A copy of <paramref name="message"/> with two parts replaced by the same, in whatever order they stand. An absent part is skipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A part does not lie in the message, or they overlap.</exception>
    public static byte[] Replace(ReadOnlySpan<byte> message, Slice one, Slice other, ReadOnlySpan<byte> replacement)
    {
        var (first, second) = one.Start <= other.Start ? (one, other) : (other, one);
        var copy = new byte[message.Length + GrowthOf(first, replacement) + GrowthOf(second, replacement)];
        var rest = copy.AsSpan();
        var from = 0;
        Replace(ref rest, message, ref from, first, replacement);
        Replace(ref rest, message, ref from, second, replacement);
        message[from..].CopyTo(rest);
        return copy;
    }

    private static int GrowthOf(Slice part, ReadOnlySpan<byte> replacement) => part.Exists ? replacement.Length - part.Length : 0;

    private static void Replace(ref Span<byte> rest, ReadOnlySpan<byte> message, ref int from, Slice part, ReadOnlySpan<byte> replacement)
    {
        if (!part.Exists)
            return;
        message[from..part.Start].CopyTo(rest);
        replacement.CopyTo(rest[(part.Start - from)..]);
        rest = rest[(part.Start - from + replacement.Length)..];
        from = part.Start + part.Length;
    }

    private static void Replace(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> message,
        ref int from,
        Slice part,
        ReadOnlySpan<byte> replacement)
    {
        if (!part.Exists)
            return;
        output.Write(message[from..part.Start]);
        output.Write(replacement);
        from = part.Start + part.Length;
    }
}
