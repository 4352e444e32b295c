using System.Globalization;
using System.Text;

namespace EdgeGateway.Mcp.Tests.Sse;

/// <summary>The HTML standard's section 9.2.6 once more, line by line over the whole stream: slow, and so plain that it is right by reading.</summary>
internal static class SseOracle
{
    public sealed record Event(string? Type, string Data, string? Id, double? Retry, bool HasData);

    public static List<Event> Read(byte[] stream)
    {
        var bytes = stream.AsSpan().StartsWith("\uFEFF"u8) ? stream[3..] : stream;
        var events = new List<Event>();
        List<byte>? data = null;
        string? type = null, id = null;
        double? retry = null;
        foreach (var line in Lines(bytes))
        {
            if (line.Length == 0)
            {
                if (data is not null || id is not null || retry is not null)
                    events.Add(new Event(type, data is null ? "" : Text([.. data]), id, retry, data is not null));
                (data, type, id, retry) = (null, null, null, null);
                continue;
            }

            var colon = Array.IndexOf(line, (byte)':');
            var name = Encoding.Latin1.GetString(colon < 0 ? line : line[..colon]);
            var value = colon < 0 ? [] : line[(colon + 1)..];
            if (value is [(byte)' ', ..])
                value = value[1..];
            switch (name)
            {
                case "data":
                    if (data is null)
                        data = [];
                    else
                        data.Add((byte)'\n');
                    data.AddRange(value);
                    break;
                case "event":
                    type = value.Length == 0 ? null : Text(value);
                    break;
                case "id" when !value.Contains((byte)0):
                    id = Text(value);
                    break;
                case "retry" when value.Length > 0 && value.All(digit => digit is >= (byte)'0' and <= (byte)'9'):
                    // What no clock can wait for is no time; the reader draws the line at 32 bits.
                    var milliseconds = double.Parse(Text(value), CultureInfo.InvariantCulture);
                    retry = milliseconds <= uint.MaxValue ? milliseconds : retry;
                    break;
            }
        }

        return events;
    }

    /// <summary>The lines that have an end.</summary>
    private static IEnumerable<byte[]> Lines(byte[] bytes)
    {
        var start = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] is not ((byte)'\n' or (byte)'\r'))
                continue;
            yield return bytes[start..at];
            if (bytes[at] == '\r' && at + 1 < bytes.Length && bytes[at + 1] == '\n')
                at++;
            start = at + 1;
        }
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
