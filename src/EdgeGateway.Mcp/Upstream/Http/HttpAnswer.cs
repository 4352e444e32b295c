namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>
/// An answer whose body is still arriving; as a stream it is that body. Headers are as sent, null where there are none, and can be read
/// until it is disposed with <see cref="DisposeAsync"/>. Who only reads the body may close it like any stream: that ends nothing.
/// </summary>
internal abstract class HttpAnswer : Stream
{
    private ReadOnlyMemory<byte> _peeked;

    public abstract int Status { get; }

    /// <summary>Bytes of the body, where the upstream said that.</summary>
    public abstract long? SentLength { get; }

    public abstract string? ContentType { get; }

    public abstract string? RetryAfter { get; }

    public abstract string? WwwAuthenticate { get; }

    public abstract string? SessionId { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the content type is this one, whatever its parameters.</summary>
    public bool HasContentType(string mediaType) =>
        ContentType is { } sent
        && sent.AsSpan(0, sent.IndexOf(';') is var end and >= 0 ? end : sent.Length).Trim()
            .Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the body has no bytes. To be called before it is read.</summary>
    /// <exception cref="UpstreamException">The connection broke, or what came is not HTTP.</exception>
    public virtual async ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await PeekAsync(1, cancellationToken)).IsEmpty;

    /// <summary>Looks at the beginning, which is delivered again when the body is read. To be called once, before that.</summary>
    /// <returns>As many bytes, or less when the body is shorter.</returns>
    /// <exception cref="UpstreamException">The connection broke, or what came is not HTTP.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[count];
        var length = 0;
        while (length < count && await ReceiveAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
            length += read;
        return _peeked = buffer.AsMemory(0, length);
    }

    /// <summary>The next bytes of the body.</summary>
    /// <exception cref="UpstreamException">The connection broke, or what came is not HTTP.</exception>
    public sealed override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _peeked.IsEmpty ? ReceiveAsync(buffer, cancellationToken) : new(TakePeeked(buffer.Span));

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Not here: whoever waits for it may be on the very thread that would bring it.</summary>
    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Ends the answer: the connection goes back when the body is at its end or nearly so, and is closed otherwise.</summary>
    public abstract override ValueTask DisposeAsync();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The next bytes from the connection; 0 at the end of the body.</summary>
    protected abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    private int TakePeeked(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _peeked.Length);
        _peeked.Span[..count].CopyTo(buffer);
        _peeked = _peeked[count..];
        return count;
    }
}
