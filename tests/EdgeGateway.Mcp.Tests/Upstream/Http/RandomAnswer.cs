using System.Text;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>An answer from a seed: mostly right, sometimes broken in one place or two.</summary>
internal sealed class RandomAnswer(int seed)
{
    private static readonly string[] Status = ["200 OK", "200", "202 Accepted", "204 No Content", "304 Not Modified", "400 Bad", "401 Unauthorized", "404 ", "500 \u00e9", "599 x", "099 Low", "101 Switching", "200 a\rb", "200 a\0b"];
    private static readonly string[] Versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.7", "HTTP/2.0", "http/1.1"];
    private static readonly string[] Values = ["application/json", "text/event-stream; charset=utf-8", "", " \t", "a, b", "\u00e9\u00ff", "x \t y", "17", "\"q;,\"", "close", "keep-alive", "\u000b", "a\u007fb"];
    private static readonly string[] Names = ["Content-Type", "content-TYPE", "Retry-After", "WWW-Authenticate", "www-authenticate", "Mcp-Session-Id", "mcp-session-id", "X-Other", "Date", "Server", "Connection"];
    private static readonly string[] Odd =
    [
        "Content-Length: 1\r\n", "Content-Length: 0\r\n", "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 5, 5\r\n", "Content-Length:\r\n",
        "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n", " folded: yes\r\n", "\tfolded\r\n", "Content-Length : 5\r\n", ": nameless\r\n", "no colon\r\n", "X: a\0b\r\n", "X: a\rb\r\n", "Connection: close\r\n",
    ];
    private static readonly string Interesting = "\r\n:;, \t0123fFxX-+\0\u00ff\"AZ";

    private readonly Random _random = new(seed);

    /// <summary>Whether it is certain to end without the end of the connection.</summary>
    public bool IsPlain { get; private set; }

    public byte[] Bytes()
    {
        var body = new string('b', _random.Next(5) == 0 ? _random.Next(20_000) : _random.Next(40));
        var text = new StringBuilder();
        while (_random.Next(6) == 0)
            text.Append(_random.Next(3) switch { 0 => "HTTP/1.1 100 Continue\r\n\r\n", 1 => "HTTP/1.1 103 Early Hints\r\nContent-Type: a/b\r\nContent-Length: 3\r\n\r\n", _ => "HTTP/1.1 150 x\nX: y\n\n" });
        IsPlain = _random.Next(2) == 0;
        text.Append(IsPlain ? "HTTP/1.1 200 OK\r\n" : $"{One(Versions)} {One(Status)}\r\n");
        for (var headers = _random.Next(6); headers > 0; headers--)
            text.Append($"{One(Names)}:{(_random.Next(3) == 0 ? "" : " ")}{One(Values)}{(_random.Next(4) == 0 ? "\n" : "\r\n")}");
        if (!IsPlain && _random.Next(4) == 0)
            text.Append(One(Odd));
        switch (_random.Next(IsPlain ? 1 : 0, 7))
        {
            case 0:
                text.Append($"\r\n{body}"); // until the connection is closed
                break;
            case < 4:
                text.Append($"Content-Length: {body.Length}\r\n\r\n{body}");
                break;
            default:
                text.Append("Transfer-Encoding: chunked\r\n\r\n");
                AppendChunks(text, body);
                break;
        }

        if (!IsPlain && _random.Next(6) == 0)
            text.Append(One(["x", "\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", "0\r\n\r\n"]));
        for (var edits = !IsPlain && _random.Next(3) != 0 ? _random.Next(1, 3) : 0; edits > 0; edits--)
            Edit(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>The same bytes in pieces: all at once, one by one, or cut somewhere.</summary>
    public IReadOnlyList<byte[]> Cut(byte[] bytes)
    {
        var pieces = new List<byte[]>();
        var largest = _random.Next(4) switch { 0 => bytes.Length, 1 => bytes.Length > 2000 ? 400 : 1, 2 => 10, _ => 300 };
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, largest == 1 ? 1 : _random.Next(1, Math.Max(2, largest + 1)));
            pieces.Add(bytes[at..(at + length)]);
            at += length;
        }

        return pieces;
    }

    private void AppendChunks(StringBuilder text, string body)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(body.Length - at, _random.Next(1, 6000));
            text.Append($"{(_random.Next(4) == 0 ? "000" : "")}{(_random.Next(2) == 0 ? length.ToString("x") : length.ToString("X"))}{Extension()}\r\n{body.AsSpan(at, length)}\r\n");
            at += length;
        }

        text.Append($"0{Extension()}\r\n{(_random.Next(4) == 0 ? "Trailer: 1\r\nX: y\r\n" : "")}\r\n");
    }

    private string Extension() => !IsPlain && _random.Next(6) == 0 ? One([";a", " ;a=b", ";a=\"b\"", "\t", "  ", " x", ";", ";a\0b", ";a\rb"]) : "";

    private void Edit(StringBuilder text)
    {
        var at = _random.Next(Math.Min(text.Length, _random.Next(2) == 0 ? 300 : int.MaxValue));
        switch (_random.Next(4))
        {
            case 0:
                text[at] = Interesting[_random.Next(Interesting.Length)];
                break;
            case 1:
                text.Insert(at, Interesting[_random.Next(Interesting.Length)]);
                break;
            case 2:
                text.Remove(at, 1);
                break;
            default:
                text.Length = at;
                break;
        }

        if (text.Length == 0)
            text.Append('H');
    }

    private string One(string[] choices) => choices[_random.Next(choices.Length)];
}
