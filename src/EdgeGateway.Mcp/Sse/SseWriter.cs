using System.Buffers;

namespace EdgeGateway.Mcp.Sse;

/// <summary>Writes server-sent events.</summary>
public static class SseWriter
{
    /// <summary>Writes one event with all its fields; a line break in the data becomes a further data line.</summary>
    public static void Write(IBufferWriter<byte> output, in SseFrame frame) => throw new NotImplementedException();

    /// <summary>Writes a comment, which keeps an idle connection open.</summary>
    public static void WriteKeepAlive(IBufferWriter<byte> output) => throw new NotImplementedException();
}
