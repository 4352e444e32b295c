namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>
/// Where in a chunked body a reader is (RFC 9112 section 7.1). Extensions and trailers are passed over. Lines end with CRLF and nothing
/// else: a lone LF is where readers disagree.
/// </summary>
internal struct Chunks
{
    /// <summary>A size of 16 digits and some extension; what is longer has no use.</summary>
    private const int LongestLine = 4096;

    /// <summary>As for the head of an answer.</summary>
    private const int LongestTrailers = 64 * 1024;

    private State _state;
    private int _trailers; // bytes of them so far

    private enum State
    {
        Size, // before the line that says how long a chunk is
        Data, // Left bytes are to come
        DataEnd, // before the CRLF behind a chunk
        Trailers, // behind the chunk of size 0
        Ended,
    }

    /// <summary>Bytes of the chunk that are still to come; 0 between chunks.</summary>
    public long Left { get; private set; }

    public readonly bool IsEnded => _state == State.Ended;

    /// <summary>Bytes of the chunk have been taken.</summary>
    public void Took(long count)
    {
        Left -= count;
        if (Left == 0)
            _state = State.DataEnd;
    }

    /// <summary>Goes on to the next byte of data or the end, as far as what has been received reaches.</summary>
    /// <returns>Bytes of framing that were passed.</returns>
    /// <exception cref="UpstreamException">It is no chunked body.</exception>
    public int Advance(ReadOnlySpan<byte> received)
    {
        var at = 0;
        while (_state is not (State.Data or State.Ended))
        {
            var rest = received[at..];
            var length = rest.IndexOf((byte)'\n');
            if (length < 0)
            {
                if (rest.Length > (_state == State.DataEnd ? 1 : LongestLine) || (_state == State.DataEnd && rest is [not (byte)'\r']))
                    throw Bad("a line too long between chunks");
                break;
            }

            if (length == 0 || rest[length - 1] != '\r' || length > LongestLine)
                throw Bad("a line between chunks that does not end with CRLF");
            Take(rest[..(length - 1)]);
            at += length + 1;
        }

        return at;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        switch (_state)
        {
            case State.DataEnd:
                _state = line.IsEmpty ? State.Size : throw Bad("a chunk longer than it says");
                break;
            case State.Size:
                Left = SizeOf(line);
                _state = Left == 0 ? State.Trailers : State.Data;
                break;
            default:
                _trailers += line.Length + 2;
                if (_trailers > LongestTrailers)
                    throw Bad("trailers without end");
                if (!line.IsEmpty && (line.IndexOf((byte)':') is not (> 0 and var colon) || line[..colon].ContainsAnyExcept(HeaderText.TokenBytes)))
                    throw Bad("a trailer without a name of its own");
                _state = line.IsEmpty ? State.Ended : State.Trailers;
                break;
        }
    }

    private static long SizeOf(ReadOnlySpan<byte> line)
    {
        var size = 0L;
        var digits = 0;
        while (digits < line.Length && char.IsAsciiHexDigit((char)line[digits]))
        {
            if (size > long.MaxValue >> 4)
                throw Bad("a chunk size that is too large");
            size = (size << 4) + ValueOf(line[digits++]);
        }

        // Behind the size nothing but an extension, which may have spaces before it.
        var rest = line[digits..].TrimStart(" \t"u8);
        if (digits == 0 || (!rest.IsEmpty && rest[0] != ';') || rest.ContainsAny((byte)'\r', (byte)0))
            throw Bad("a chunk size that is no number");
        return size;
    }

    private static int ValueOf(byte hexDigit) => hexDigit <= '9' ? hexDigit - '0' : (hexDigit | 0x20) - 'a' + 10;

    private static UpstreamException Bad(string what) => new(HttpFaults.NotHttp(what));
}
