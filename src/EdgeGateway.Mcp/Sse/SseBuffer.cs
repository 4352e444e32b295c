using System.Buffers;

namespace EdgeGateway.Mcp.Sse;

/// <summary>
/// The bytes of one event stream that are not yet handed on. An event's data is joined in place: a further data line moves
/// down behind the one before it, so that no event is copied out. One reader at a time.
/// </summary>
internal sealed class SseBuffer : IDisposable
{
    /// <summary>Most events fit; ten thousand idle streams cost 40 MB.</summary>
    private const int InitialSize = 4096;

    /// <summary>A read is worth its system call with at least this much room.</summary>
    private const int LeastRoom = 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _line; // where the line being read begins
    private int _searched; // no line end between _line and here
    private int _end; // behind the last byte received
    private bool _afterCarriageReturn; // a LF that follows belongs to the line end already seen
    private bool _atFirstLine = true;
    private SseBlock _block = new();

    /// <summary>Takes the next frame out of what has been received.</summary>
    /// <returns>False when more bytes are needed.</returns>
    public bool TryReadFrame(out SseFrame frame)
    {
        while (TryReadLine(out var start, out var end))
        {
            if (start != end)
            {
                _block.Add(_bytes, start, end);
                continue;
            }

            var finished = _block;
            _block = new SseBlock();
            if (!finished.IsFrame)
                continue;
            frame = finished.ToFrame(_bytes);
            return true;
        }

        frame = default;
        return false;
    }

    /// <summary>Room to receive into, behind what is there. Data of frames handed out before is gone then.</summary>
    public Memory<byte> Room()
    {
        if (_bytes.Length - _end < LeastRoom || IsEmpty)
            MakeRoom();
        return _bytes.AsMemory(_end);
    }

    /// <summary>Bytes have been received into <see cref="Room"/>.</summary>
    public void Append(int count) => _end += count;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private bool IsEmpty => _line == _end && _block.Data(_bytes).IsEmpty;

    private bool TryReadLine(out int start, out int end)
    {
        if (_afterCarriageReturn && _line < _end)
        {
            _afterCarriageReturn = false;
            if (_bytes[_line] == '\n')
                _searched = ++_line;
        }

        start = _line;
        var length = _bytes.AsSpan(_searched, _end - _searched).IndexOfAny((byte)'\r', (byte)'\n');
        if (length < 0)
        {
            end = _searched = _end;
            return false;
        }

        end = _searched + length;
        _afterCarriageReturn = _bytes[end] == '\r';
        _line = _searched = end + 1;
        if (_atFirstLine && _bytes.AsSpan(start, end - start).StartsWith("\uFEFF"u8))
            start += 3;
        _atFirstLine = false;
        return true;
    }

    /// <summary>Moves what is still needed (the block's data, the unfinished line) to the front, into a buffer of fitting size.</summary>
    private void MakeRoom()
    {
        var data = _block.Data(_bytes);
        var line = _bytes.AsSpan(_line, _end - _line);
        var needed = data.Length + line.Length;
        if (needed > SseReader.MaxEventBytes)
            throw new InvalidDataException($"A server-sent event is larger than {SseReader.MaxEventBytes >> 20} MiB.");

        // Twice the need, so that a growing event is moved log(n) times; and back to the initial size after a large one.
        var target = needed <= _bytes.Length / 2 && (needed != 0 || _bytes.Length == InitialSize)
            ? _bytes
            : ArrayPool<byte>.Shared.Rent(Math.Max(InitialSize, 2 * needed));
        data.CopyTo(target);
        line.CopyTo(target.AsSpan(data.Length));
        if (target != _bytes)
            ArrayPool<byte>.Shared.Return(_bytes);

        _bytes = target;
        _block.DataMovedToFront();
        _searched -= _line - data.Length;
        _line = data.Length;
        _end = needed;
    }
}
