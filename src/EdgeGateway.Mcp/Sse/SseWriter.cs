using System.Buffers;
using System.Text;

namespace EdgeGateway.Mcp.Sse;

/// <summary>Writes server-sent events.</summary>
public static class SseWriter
{
    /// <summary>Writes one event with all its fields; a line break in the data becomes a further data line.</summary>
    /// <exception cref="ArgumentException">The event's type or id contains a line break, which would forge fields.</exception>
    public static void Write(IBufferWriter<byte> output, in SseFrame frame)
    {
        if (frame.Event is not null)
            WriteField(output, "event: "u8, frame.Event);
        if (frame.Id is not null)
            WriteField(output, "id: "u8, frame.Id);
        if (frame.Retry is { } retry)
            WriteRetry(output, (long)retry.TotalMilliseconds);
        if (!frame.HasNoData)
            WriteData(output, frame.Data.Span);
        output.Write("\n"u8);
    }

    /// <summary>Writes a comment, which keeps an idle connection open.</summary>
    public static void WriteKeepAlive(IBufferWriter<byte> output) => output.Write(": keep-alive\n\n"u8);

    private static void WriteField(IBufferWriter<byte> output, ReadOnlySpan<byte> name, string value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n'))
            throw new ArgumentException("A field of a server-sent event is one line.", nameof(value));
        output.Write(name);
        Encoding.UTF8.GetBytes(value, output);
        output.Write("\n"u8);
    }

    private static void WriteRetry(IBufferWriter<byte> output, long milliseconds)
    {
        output.Write("retry: "u8);
        milliseconds.TryFormat(output.GetSpan(20), out var written);
        output.Advance(written);
        output.Write("\n"u8);
    }

    private static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        while (true)
        {
            var length = data.IndexOfAny((byte)'\r', (byte)'\n');
            output.Write("data: "u8);
            output.Write(length < 0 ? data : data[..length]);
            output.Write("\n"u8);
            if (length < 0)
                return;
            var lineEnd = data[length..].StartsWith("\r\n"u8) ? 2 : 1;
            data = data[(length + lineEnd)..];
        }
    }
}
