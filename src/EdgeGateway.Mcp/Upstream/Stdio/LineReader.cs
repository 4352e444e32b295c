using System.Runtime.CompilerServices;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>A line without its end. Valid until the next one is read.</summary>
/// <param name="Bytes">The line, or its beginning.</param>
/// <param name="IsCut">It was longer than allowed; the rest is passed over.</param>
public readonly record struct Line(ReadOnlyMemory<byte> Bytes, bool IsCut);

/// <summary>Reads lines that end with LF or CR LF. One reader at a time.</summary>
/// <param name="stream">Where from. Stays open.</param>
/// <param name="longest">Bytes of a line that are kept, its end apart.</param>
public sealed class LineReader(Stream stream, int longest)
{
    /// <summary>Most messages fit.</summary>
    private const int UsualBuffer = 4 * 1024;

    /// <summary>What a long line took is given back after it.</summary>
    private const int LargestKept = 256 * 1024;

    private byte[] _buffer = new byte[UsualBuffer];
    private int _start;
    private int _end;
    private bool _skips;

    /// <summary>The next line; null at the end of the stream. A last line without an end counts.</summary>
    /// <param name="cancellationToken">Given to the stream; a pipe may not listen to it.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Line?> ReadAsync(CancellationToken cancellationToken)
    {
        var looked = _start;
        while (true)
        {
            var found = _buffer.AsSpan(looked, _end - looked).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = _buffer.AsMemory(_start, looked + found - _start);
                looked = _start = looked + found + 1;
                if (!_skips)
                    return Shorten(line);
                _skips = false;
                continue;
            }

            if (_end - _start > longest + 1 && Cut() is { } beginning)
                return beginning;
            MakeRoom();
            looked = _end;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return TakeRest();
            _end += read;
        }
    }

    private Line Shorten(ReadOnlyMemory<byte> line)
    {
        if (line.Span.EndsWith("\r"u8))
            line = line[..^1];
        return line.Length > longest ? new Line(line[..longest], IsCut: true) : new Line(line, IsCut: false);
    }

    /// <summary>Gives out the beginning of a line that is too long, once; what comes of it after that is dropped.</summary>
    private Line? Cut()
    {
        var beginning = _buffer.AsMemory(_start, longest);
        var isFirst = !_skips;
        _skips = true;
        _start = _end = 0;
        return isFirst ? new Line(beginning, IsCut: true) : null;
    }

    private Line? TakeRest()
    {
        var rest = _buffer.AsMemory(_start, _end - _start);
        _start = _end = 0;
        return _skips || rest.IsEmpty ? null : Shorten(rest);
    }

    private void MakeRoom()
    {
        var unread = _buffer.AsMemory(_start, _end - _start);
        if (unread.IsEmpty && _buffer.Length > LargestKept)
            _buffer = new byte[UsualBuffer];
        else if (unread.Length == _buffer.Length)
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, longest + 2L * UsualBuffer));
        else
            unread.CopyTo(_buffer);
        _end = unread.Length;
        _start = 0;
    }
}
