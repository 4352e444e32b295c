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
