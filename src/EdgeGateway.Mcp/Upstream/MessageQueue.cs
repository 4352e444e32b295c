using System.Threading.Channels;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>A message from the upstream, on its way to whom it is for.</summary>
/// <param name="Bytes">JSON-RPC, one message, whole.</param>
/// <param name="IsAnswer">Whether it is the response to the request it was matched with.</param>
internal readonly record struct MatchedMessage(ReadOnlyMemory<byte> Bytes, bool IsAnswer);

/// <summary>
/// Messages that wait for their reader. The writer never waits, because one slow reader must not hold up the others on its
/// stream: beyond the limits the oldest messages go. The newest, which may be the answer, stays whatever its size.
/// One writer at a time.
/// </summary>
/// <param name="maxMessages">Messages kept.</param>
/// <param name="maxBytes">Bytes kept, the newest message apart.</param>
internal sealed class MessageQueue(int maxMessages, long maxBytes)
{
    private readonly Channel<MatchedMessage> _channel = Channel.CreateUnbounded<MatchedMessage>();

    /// <summary>Bytes in the queue. Written by the writer and the reader (Interlocked).</summary>
    private long _bytes;

    public void Add(MatchedMessage message)
    {
        while (IsFullFor(message) && _channel.Reader.TryRead(out var oldest))
            Interlocked.Add(ref _bytes, -oldest.Bytes.Length);
        Interlocked.Add(ref _bytes, message.Bytes.Length);
        _channel.Writer.TryWrite(message);
    }

    /// <summary>Nothing more comes: what is there is still read, then readers get the fault, if there is one.</summary>
    public void Complete(UpstreamFault? fault = null) =>
        _channel.Writer.TryComplete(fault is null ? null : new UpstreamException(fault));

    /// <summary>The next message; null at the end.</summary>
    /// <exception cref="UpstreamException">It was completed with a fault.</exception>
    public async ValueTask<MatchedMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _channel.Reader.WaitToReadAsync(cancellationToken))
        {
            if (!_channel.Reader.TryRead(out var message))
                continue;
            Interlocked.Add(ref _bytes, -message.Bytes.Length);
            return message;
        }

        return null;
    }

    private bool IsFullFor(MatchedMessage next) =>
        _channel.Reader.Count >= maxMessages || Interlocked.Read(ref _bytes) + next.Bytes.Length > maxBytes;
}
