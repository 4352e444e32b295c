using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Sse;

/// <summary>Writes server-sent events.</summary>
public static class SseWriter
{
    /// <summary>An event of usual size is written in one piece: asking a web server for room costs more than filling it.</summary>
    private const int OnePiece = 1024;

    /// <summary>A retry time in milliseconds.</summary>
    private const int LongestNumber = 20;

    /// <summary>Names of fields, and line ends.</summary>
    private const int LongestFraming = 64;

    /// <summary>Writes one event with all its fields; a line break in the data becomes a further data line.</summary>
    /// <exception cref="ArgumentException">The event's type or id contains a line break, which would forge fields.</exception>
    public static void Write(IBufferWriter<byte> output, in SseFrame frame) => Write(output, frame, default, default);

    /// <summary>The same with a part of the data replaced. An absent part is skipped.</summary>
    /// <exception cref="ArgumentException">The event's type or id contains a line break, which would forge fields.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie in the data.</exception>
    public static void Write(IBufferWriter<byte> output, in SseFrame frame, Slice part, ReadOnlySpan<byte> replacement)
    {
        ThrowIfForging(frame.Event);
        ThrowIfForging(frame.Id);
        if (TryWriteInOnePiece(output, frame, part, replacement))
            return;
        if (frame.Event is not null)
            WriteField(output, "event: "u8, frame.Event);
        if (frame.Id is not null)
            WriteField(output, "id: "u8, frame.Id);
        if (frame.Retry is { } retry)
            WriteRetry(output, (long)retry.TotalMilliseconds);
        if (!frame.HasNoData)
            WriteData(output, frame.Data.Span, part, replacement);
        output.Write("\n"u8);
    }

    /// <summary>Writes a comment, which keeps an idle connection open.</summary>
    public static void WriteKeepAlive(IBufferWriter<byte> output) => output.Write(": keep-alive\n\n"u8);

    /// <returns>False when it is long, or more than one line of data, or there is less room than was asked for.</returns>
    private static bool TryWriteInOnePiece(IBufferWriter<byte> output, in SseFrame frame, Slice part, ReadOnlySpan<byte> replacement)
    {
        var data = frame.Data.Span;
        var most = LongestFraming + LongestNumber + data.Length + replacement.Length
            + (3 * ((frame.Event?.Length ?? 0) + (frame.Id?.Length ?? 0)));
        if (most > OnePiece || data.ContainsAny((byte)'\r', (byte)'\n'))
            return false;
        var room = output.GetSpan(most);
        if (room.Length < most)
            return false; // Kestrel's chunks may give less

        var rest = room;
        if (frame.Event is not null)
            PutField(ref rest, "event: "u8, frame.Event);
        if (frame.Id is not null)
            PutField(ref rest, "id: "u8, frame.Id);
        if (frame.Retry is { } retry)
        {
            Put(ref rest, "retry: "u8);
            ((long)retry.TotalMilliseconds).TryFormat(rest, out var written);
            rest = rest[written..];
            Put(ref rest, "\n"u8);
        }

        if (!frame.HasNoData)
        {
            Put(ref rest, "data: "u8);
            Put(ref rest, data[..part.Start]);
            Put(ref rest, replacement);
            Put(ref rest, data[(part.Start + part.Length)..]);
            Put(ref rest, "\n"u8);
        }

        Put(ref rest, "\n"u8);
        output.Advance(room.Length - rest.Length);
        return true;
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static void PutField(ref Span<byte> rest, ReadOnlySpan<byte> name, string value)
    {
        Put(ref rest, name);
        rest = rest[Encoding.UTF8.GetBytes(value, rest)..];
        Put(ref rest, "\n"u8);
    }

    private static void ThrowIfForging(string? value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n'))
            throw new ArgumentException("A field of a server-sent event is one line.", nameof(value));
    }

    private static void WriteField(IBufferWriter<byte> output, ReadOnlySpan<byte> name, string value)
    {
        output.Write(name);
        Encoding.UTF8.GetBytes(value, output);
        output.Write("\n"u8);
    }

    private static void WriteRetry(IBufferWriter<byte> output, long milliseconds)
    {
        output.Write("retry: "u8);
        milliseconds.TryFormat(output.GetSpan(LongestNumber), out var written);
        output.Advance(written);
        output.Write("\n"u8);
    }

    private static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> data, Slice part, ReadOnlySpan<byte> replacement)
    {
        output.Write("data: "u8);
        WriteLines(output, data[..part.Start]);
        WriteLines(output, replacement);
        WriteLines(output, data[(part.Start + part.Length)..]);
        output.Write("\n"u8);
    }

    private static void WriteLines(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var length)
        {
            output.Write(text[..length]);
            output.Write("\ndata: "u8);
            text = text[(length + (text[length..].StartsWith("\r\n"u8) ? 2 : 1))..];
        }

        output.Write(text);
    }
}
