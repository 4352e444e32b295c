using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>
/// The head of an answer, read line by line as it arrives (RFC 9112 sections 2 to 6). Strict wherever two readers could disagree about
/// where an answer ends: what one of them takes for the next answer could be somebody else's.
/// </summary>
internal struct ResponseHead
{
    /// <summary>More digits would not fit into a long, and no body is that long.</summary>
    private const int MostLengthDigits = 18;

    private static readonly SearchValues<byte> Forbidden = SearchValues.Create("\r\0"u8);

    private SentValue _contentType;
    private SentValue _retryAfter;
    private SentValue _wwwAuthenticate;
    private SentValue _sessionId;
    private bool _hasStatus;
    private bool _isClosing;
    private long? _length;

    public int Status { get; private set; }

    public bool IsChunked { get; private set; }

    /// <summary>Bytes of the body as Content-Length says, where that counts.</summary>
    public readonly long? Length => IsChunked ? null : _length;

    /// <summary>These have no body, whatever their headers say (RFC 9112 section 6.3).</summary>
    public readonly bool HasNoBody => Status is 204 or 304;

    /// <summary>
    /// Whether another answer may follow on the connection. Not where both framings were sent: Transfer-Encoding counts, and the connection
    /// must not be used again (RFC 9112 section 6.3).
    /// </summary>
    public readonly bool MayReuse => !_isClosing && (HasNoBody || (IsChunked ? _length is null : _length is not null));

    public string? ContentType(ReadOnlySpan<byte> buffer) => _contentType.Text(buffer);

    public string? RetryAfter(ReadOnlySpan<byte> buffer) => _retryAfter.Text(buffer);

    public string? WwwAuthenticate(ReadOnlySpan<byte> buffer) => _wwwAuthenticate.Text(buffer);

    public string? SessionId(ReadOnlySpan<byte> buffer) => _sessionId.Text(buffer);

    /// <summary>Takes the lines that have arrived whole. Interim answers are passed over (RFC 9110 section 15.2).</summary>
    /// <param name="buffer">All that was received, from its beginning: values are remembered by position.</param>
    /// <param name="at">Where to go on; moved behind what was taken.</param>
    /// <returns>Whether this is the end of the head.</returns>
    /// <exception cref="UpstreamException">It is not HTTP.</exception>
    public bool Read(ReadOnlySpan<byte> buffer, ref int at)
    {
        while (buffer[at..].IndexOf((byte)'\n') is var length and >= 0)
        {
            var line = new Slice(at, length > 0 && buffer[at + length - 1] == '\r' ? length - 1 : length);
            at += length + 1;
            if (!_hasStatus)
                TakeStatus(line.Of(buffer));
            else if (line.Exists)
                TakeHeader(line, buffer);
            else if (Status >= 200)
                return true;
            else
                this = default;
        }

        return false;
    }

    private void TakeStatus(ReadOnlySpan<byte> line)
    {
        // HTTP/1.x NNN reason
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)line[7]) || line[8] != ' '
            || (line.Length > 12 && line[12] != ' ') || line.ContainsAny(Forbidden))
            throw Bad("no status line of HTTP/1.1");
        foreach (var digit in line[9..12])
            Status = char.IsAsciiDigit((char)digit) ? (10 * Status) + digit - '0' : throw Bad("no status line of HTTP/1.1");
        if (Status is < 100 or 101)
            throw Bad(Status == 101 ? "it switches protocols, which nobody asked for" : "a status below 100");
        _hasStatus = true;
        _isClosing = line[7] == '0'; // a server of 1.0 may keep it open; that it says so is not worth believing
    }

    private void TakeHeader(Slice line, ReadOnlySpan<byte> buffer)
    {
        var text = line.Of(buffer);
        var colon = text.IndexOf((byte)':');
        if (colon <= 0 || text[..colon].ContainsAnyExcept(HeaderText.TokenBytes))
            throw Bad(text[0] is (byte)' ' or (byte)'\t' ? "a header folded over lines" : "a header without a name of its own");
        var value = text[(colon + 1)..];
        if (value.ContainsAny(Forbidden))
            throw Bad("a header with a bare CR or NUL");
        var begin = value.IndexOfAnyExcept((byte)' ', (byte)'\t');
        var trimmed = begin < 0 ? default : value[begin..(value.LastIndexOfAnyExcept((byte)' ', (byte)'\t') + 1)];
        Take(text[..colon], trimmed, new Slice(line.Start + colon + 1 + Math.Max(begin, 0), trimmed.Length), buffer);
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Slice at, ReadOnlySpan<byte> buffer)
    {
        switch (name.Length)
        {
            case 10 when Ascii.EqualsIgnoreCase(name, "Connection"u8):
                TakeConnection(value);
                break;
            case 11 when Ascii.EqualsIgnoreCase(name, "Retry-After"u8):
                _retryAfter.Add(at, buffer);
                break;
            case 12 when Ascii.EqualsIgnoreCase(name, "Content-Type"u8):
                _contentType.Add(at, buffer);
                break;
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                TakeLength(value);
                break;
            case 14 when Ascii.EqualsIgnoreCase(name, "Mcp-Session-Id"u8):
                _sessionId.Add(at, buffer);
                break;
            case 16 when Ascii.EqualsIgnoreCase(name, "WWW-Authenticate"u8):
                _wwwAuthenticate.Add(at, buffer);
                break;
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                IsChunked = !IsChunked && Ascii.EqualsIgnoreCase(value, "chunked"u8) ? true : throw Bad("a Transfer-Encoding other than chunked");
                break;
        }
    }

    private void TakeConnection(ReadOnlySpan<byte> value)
    {
        foreach (var option in value.Split((byte)','))
            _isClosing |= Ascii.EqualsIgnoreCase(value[option].Trim(" \t"u8), "close"u8);
    }

    /// <summary>The same length twice is one length; two of them are two answers to two readers.</summary>
    private void TakeLength(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > MostLengthDigits || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw Bad("a Content-Length that is no number");
        var length = 0L;
        foreach (var digit in value)
            length = (10 * length) + digit - '0';
        if (_length is { } other && other != length)
            throw Bad("two different Content-Length headers");
        _length = length;
    }

    private static UpstreamException Bad(string what) => new(HttpFaults.NotHttp(what));
}
