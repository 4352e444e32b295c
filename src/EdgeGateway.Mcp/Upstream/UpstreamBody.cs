namespace EdgeGateway.Mcp.Upstream;

/// <summary>
/// The body of an upstream's answer. Gives back first what was looked at to classify the answer, then the rest as it
/// arrives; a broken connection becomes an <see cref="UpstreamException"/>, whatever the HTTP version calls it.
/// </summary>
internal sealed class UpstreamBody(Stream inner) : Stream
{
    private ReadOnlyMemory<byte> _peeked;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Looks at the beginning, which is delivered again when the body is read. To be called once, before that.</summary>
    /// <returns>As many bytes, or less when the body is shorter.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[count];
        var length = 0;
        while (length < count && await ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
            length += read;
        return _peeked = buffer.AsMemory(0, length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_peeked.IsEmpty)
            return TakePeeked(buffer.Span);
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new UpstreamException(HttpFaults.ConnectionLost(exception));
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (!_peeked.IsEmpty)
            return TakePeeked(buffer.AsSpan(offset, count));
        try
        {
            return inner.Read(buffer, offset, count);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new UpstreamException(HttpFaults.ConnectionLost(exception));
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int TakePeeked(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _peeked.Length);
        _peeked.Span[..count].CopyTo(buffer);
        _peeked = _peeked[count..];
        return count;
    }
}
