using System.Buffers;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>Replaces parts of a message and leaves every other byte as it is.</summary>
public static class MessageSplice
{
    /// <summary>Writes <paramref name="message"/> with <paramref name="part"/> replaced.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message, Slice part, ReadOnlySpan<byte> replacement) => throw new NotImplementedException();

    /// <summary>Writes <paramref name="message"/> with two parts replaced, in whatever order they stand. An absent part is skipped.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> message, Slice first, ReadOnlySpan<byte> firstReplacement, Slice second, ReadOnlySpan<byte> secondReplacement) => throw new NotImplementedException();
}
