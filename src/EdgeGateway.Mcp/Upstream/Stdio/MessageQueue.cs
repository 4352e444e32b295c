using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Messages that wait for one reader. Whoever adds never waits: one slow reader must not hold up the others of its process.</summary>
internal sealed class MessageQueue
{
    /// <summary>A reader this far behind will not catch up.</summary>
    private const int MostMessages = 1024;

    private const int MostBytes = 4 * 1024 * 1024;

    private readonly Channel<byte[]> _messages = Channel.CreateUnbounded<byte[]>();

    // Both written by the process's reader and by whoever takes (Interlocked); a stale read only shifts the limit a little.
    private int _count;
    private long _bytes;

    /// <summary>False: too many lie there already, or no more are wanted.</summary>
    public bool TryAdd(byte[] message) =>
        Volatile.Read(ref _count) < MostMessages && Volatile.Read(ref _bytes) < MostBytes && Add(message);

    /// <summary>The last one, which has a place whatever lies there.</summary>
    public void AddLast(byte[] message)
    {
        Add(message);
        Complete();
    }

    /// <summary>No more come.</summary>
    /// <param name="fault">Thrown after those that are there; null ends without a word.</param>
    public void Complete(UpstreamFault? fault = null) => _messages.Writer.TryComplete(fault is null ? null : new UpstreamException(fault));

    /// <summary>One that lies there.</summary>
    public bool TryTake([MaybeNullWhen(false)] out byte[] message)
    {
        if (!_messages.Reader.TryRead(out message))
            return false;
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -message.Length);
        return true;
    }

    /// <summary>Waits for the next; null when no more come.</summary>
    /// <exception cref="UpstreamException">The process is gone.</exception>
    public async ValueTask<byte[]?> TakeAsync(CancellationToken cancellationToken)
    {
        while (await _messages.Reader.WaitToReadAsync(cancellationToken))
        {
            if (TryTake(out var message))
                return message;
        }

        return null;
    }

    private bool Add(byte[] message)
    {
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, message.Length);
        return _messages.Writer.TryWrite(message);
    }
}
