namespace EdgeGateway.Mcp.Tests.Sse;

/// <summary>Delivers its bytes in chunks of the given lengths, as a network does.</summary>
internal sealed class ChunkedStream(byte[] bytes, Func<int> nextLength, Action? atEnd = null, bool repeat = false) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_at == bytes.Length)
        {
            atEnd?.Invoke();
            _at = repeat ? 0 : _at;
        }

        var length = Math.Min(Math.Min(nextLength(), buffer.Length), bytes.Length - _at);
        bytes.AsMemory(_at, length).CopyTo(buffer);
        _at += length;
        return ValueTask.FromResult(length);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
