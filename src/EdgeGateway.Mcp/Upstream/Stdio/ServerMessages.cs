using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>What a server says outside of any request, for the one client that listens: the counterpart of the GET stream.</summary>
internal sealed class ServerMessages
{
    private readonly Lock _lock = new();
    private readonly MessageQueue _messages = new();

    // Written under the lock; read without it by the process's reader. The present listener's, or null.
    private volatile CancellationTokenSource? _listener;

    public bool HasListener => _listener is not null;

    /// <summary>Keeps a message until somebody takes it. False: too many lie there.</summary>
    public bool TryAdd(byte[] message) => _messages.TryAdd(message);

    /// <summary>Takes one that nobody has heard yet.</summary>
    public bool TryTake([MaybeNullWhen(false)] out byte[] message) => _messages.TryTake(out message);

    /// <summary>Begins to listen. A client that reconnects takes over: an earlier listener's events end.</summary>
    public UpstreamReply Listen()
    {
        var own = new CancellationTokenSource();
        CancellationTokenSource? earlier;
        lock (_lock)
        {
            earlier = _listener;
            _listener = own;
        }

        earlier?.Cancel();
        return new LinesReply(null, _messages, () => Leave(own), own.Token);
    }

    /// <summary>The process is gone.</summary>
    public void Complete(UpstreamFault fault) => _messages.Complete(fault);

    private void Leave(CancellationTokenSource own)
    {
        lock (_lock)
        {
            if (_listener == own)
                _listener = null;
        }
    }
}
