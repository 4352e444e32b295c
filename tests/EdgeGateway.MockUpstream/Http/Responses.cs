using System.Buffers;
using System.Text;

namespace EdgeGateway.MockUpstream.Http;

/// <summary>HTTP/1.1 responses as bytes.</summary>
internal static class Responses
{
    public static void WriteEmpty(int status, IBufferWriter<byte> output)
    {
        output.Write("HTTP/1.1 "u8);
        WriteNumber(status, "D", output);
        output.Write(" X\r\nContent-Length: 0\r\n\r\n"u8);
    }

    public static void WriteJson(ReadOnlySpan<byte> json, string? sessionId, IBufferWriter<byte> output)
    {
        output.Write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"u8);
        if (sessionId is not null)
        {
            output.Write("Mcp-Session-Id: "u8);
            Encoding.ASCII.GetBytes(sessionId, output);
            output.Write("\r\n"u8);
        }

        output.Write("Content-Length: "u8);
        WriteNumber(json.Length, "D", output);
        output.Write("\r\n\r\n"u8);
        output.Write(json);
    }

    public static void WriteStreamHead(IBufferWriter<byte> output) =>
        output.Write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8);

    /// <summary>One event as one chunk; the last is followed by the end of the body.</summary>
    public static void WriteEvent(ReadOnlySpan<byte> json, bool isLast, IBufferWriter<byte> output)
    {
        var before = "event: message\ndata: "u8;
        var after = "\n\n"u8;
        WriteNumber(before.Length + json.Length + after.Length, "X", output);
        output.Write("\r\n"u8);
        output.Write(before);
        output.Write(json);
        output.Write(after);
        output.Write(isLast ? "\r\n0\r\n\r\n"u8 : "\r\n"u8);
    }

    private static void WriteNumber(int number, string format, IBufferWriter<byte> output)
    {
        number.TryFormat(output.GetSpan(11), out var written, format);
        output.Advance(written);
    }
}
