using System.Buffers.Text;
using System.Text;

namespace EdgeGateway.MockUpstream.Http;

/// <summary>What the server has to know of an HTTP/1.1 request's head. Slices are of the bytes it was read from.</summary>
internal ref struct RequestHead
{
    public ReadOnlySpan<byte> Method;

    public ReadOnlySpan<byte> Path;

    public ReadOnlySpan<byte> Host;

    public ReadOnlySpan<byte> SessionId;

    /// <summary>0 without a body.</summary>
    public int ContentLength;

    public bool IsChunked;

    /// <summary>Whether the client asked for the connection to end.</summary>
    public bool Closes;

    /// <param name="head">Up to the empty line, without it.</param>
    public static RequestHead Read(ReadOnlySpan<byte> head)
    {
        var request = default(RequestHead);
        var rest = head;
        var line = Next(ref rest);
        request.Method = line[..line.IndexOf((byte)' ')];
        line = line[(request.Method.Length + 1)..];
        request.Path = line[..line.IndexOf((byte)' ')];
        while (!rest.IsEmpty)
        {
            line = Next(ref rest);
            var colon = line.IndexOf((byte)':');
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim((byte)' ');
            switch (name.Length)
            {
                case 4 when Ascii.EqualsIgnoreCase(name, "host"u8):
                    request.Host = value;
                    break;
                case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                    request.ContentLength = Utf8Parser.TryParse(value, out int length, out _) ? length : -1;
                    break;
                case 14 when Ascii.EqualsIgnoreCase(name, "mcp-session-id"u8):
                    request.SessionId = value;
                    break;
                case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                    request.IsChunked = true;
                    break;
                case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                    request.Closes = Ascii.EqualsIgnoreCase(value, "close"u8);
                    break;
            }
        }

        return request;
    }

    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n"u8);
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 2)..];
        return line;
    }
}
