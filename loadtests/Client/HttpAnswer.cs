using System.Buffers.Text;
using System.Text;

namespace EdgeGateway.LoadTests.Client;

/// <summary>
/// Reads one HTTP/1.1 answer from bytes that come in pieces (RFC 9112): status, the few headers that matter here, and the body, by length,
/// in chunks, or until the connection ends. Reused for every answer of a connection; nothing is allocated once its buffer is large enough.
/// </summary>
internal sealed class HttpAnswer
{
    private byte[] _body = new byte[1024];
    private int _bodyLength;
    private Part _part;

    /// <summary>Of the body or of the current chunk; -1: until the connection ends.</summary>
    private long _left;

    private bool _isChunked;

    private enum Part
    {
        Status,
        Headers,
        Body,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Complete,
    }

    public int Status { get; private set; }

    public bool IsEventStream { get; private set; }

    /// <summary>Whether another request may follow on the same connection.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Value of Mcp-Session-Id; kept as text, since only the answer to initialize has one.</summary>
    public string? SessionId { get; private set; }

    public ReadOnlySpan<byte> Body => _body.AsSpan(0, _bodyLength);

    public bool IsComplete => _part == Part.Complete;

    public void Reset()
    {
        (_part, _bodyLength, _left, _isChunked) = (Part.Status, 0, -1, false);
        (Status, IsEventStream, KeepsAlive, SessionId) = (0, false, true, null);
    }

    /// <summary>Reads on.</summary>
    /// <param name="bytes">What was not consumed before, and what came since.</param>
    /// <returns>Bytes consumed; the rest has to come again with more behind it. Throws <see cref="InvalidDataException"/>.</returns>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        var consumed = 0;
        while (_part != Part.Complete)
        {
            var rest = bytes[consumed..];
            var read = _part is Part.Body or Part.ChunkData ? ReadData(rest) : ReadLine(rest);
            if (read == 0)
            {
                break;
            }

            consumed += read;
        }

        return consumed;
    }

    /// <summary>Forgets the first bytes of the body: of one that never ends.</summary>
    public void Drop(int bytes)
    {
        Body[bytes..].CopyTo(_body);
        _bodyLength -= bytes;
    }

    /// <summary>The connection ended: that may be the end of the body.</summary>
    /// <returns>Whether the answer is complete.</returns>
    public bool End()
    {
        if (_part == Part.Body && _left < 0)
        {
            (_part, KeepsAlive) = (Part.Complete, false);
        }

        return IsComplete;
    }

    private int ReadData(ReadOnlySpan<byte> bytes)
    {
        var taken = _left < 0 ? bytes.Length : (int)Math.Min(bytes.Length, _left);
        if (_bodyLength + taken > _body.Length)
        {
            Array.Resize(ref _body, Math.Max(_body.Length * 2, _bodyLength + taken));
        }

        bytes[..taken].CopyTo(_body.AsSpan(_bodyLength));
        _bodyLength += taken;
        if (_left >= 0 && (_left -= taken) == 0)
        {
            _part = _part == Part.Body ? Part.Complete : Part.ChunkEnd;
        }

        return taken;
    }

    private int ReadLine(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var line = bytes[..end];
        switch (_part)
        {
            case Part.Status:
                ReadStatus(line);
                break;
            case Part.Headers when line.IsEmpty:
                BeginBody();
                break;
            case Part.Headers:
                ReadHeader(line);
                break;
            case Part.ChunkSize:
                ReadChunkSize(line);
                break;
            case Part.ChunkEnd:
                _part = line.IsEmpty ? Part.ChunkSize : throw new InvalidDataException("a chunk is longer than its size");
                break;
            case Part.Trailers when line.IsEmpty:
                _part = Part.Complete;
                break;
        }

        return end + 2;
    }

    private void ReadStatus(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("HTTP/1.1 "u8) || line.Length < 12 || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out var digits) || digits != 3)
        {
            throw new InvalidDataException("not the status line of HTTP/1.1");
        }

        (Status, _part) = (status, Part.Headers);
    }

    private void ReadHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            throw new InvalidDataException("a header line without a name");
        }

        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            _left = Utf8Parser.TryParse(value, out long length, out var digits) && digits == value.Length && length >= 0
                ? length
                : throw new InvalidDataException("a Content-Length that is no number");
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            _isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8) ? true : throw new InvalidDataException("a transfer coding that was not asked for");
        }
        else if (Ascii.EqualsIgnoreCase(name, "content-type"u8))
        {
            IsEventStream = value.StartsWith("text/event-stream"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            KeepsAlive = !Ascii.EqualsIgnoreCase(value, "close"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "mcp-session-id"u8))
        {
            SessionId = Encoding.ASCII.GetString(value);
        }
    }

    private void BeginBody()
    {
        if (Status < 200)
        {
            Reset(); // 100 Continue and the like: the answer proper follows.
        }
        else if (Status is 204 or 304)
        {
            _part = Part.Complete;
        }
        else if (_isChunked)
        {
            _part = Part.ChunkSize;
        }
        else
        {
            _part = _left == 0 ? Part.Complete : Part.Body;
        }
    }

    private void ReadChunkSize(ReadOnlySpan<byte> line)
    {
        var extension = line.IndexOf((byte)';');
        var digits = (extension < 0 ? line : line[..extension]).TrimEnd((byte)' ');
        if (!Utf8Parser.TryParse(digits, out int size, out var parsed, 'x') || parsed != digits.Length || size < 0)
        {
            throw new InvalidDataException("a chunk size that is no number");
        }

        (_left, _part) = (size, size == 0 ? Part.Trailers : Part.ChunkData);
    }
}
