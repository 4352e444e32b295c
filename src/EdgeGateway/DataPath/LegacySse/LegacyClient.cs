using System.Buffers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.LegacySse;

/// <summary>One 2024-11-05 client: the stream that all answers go to, and the client session that lives as long as it.</summary>
internal sealed class LegacyClient(string id, string serverId, string principal, HttpContext stream)
{
    /// <summary>Requests at once: each holds its body, and unlike elsewhere none costs the client a connection.</summary>
    public const int MaxRequests = 100;

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();

    // Below: read and written under the lock.
    private bool _initializing;
    private bool _closing;
    private int _requests;
    private IDisposable? _hold;
    private ClientSession? _session;

    public string Id { get; } = id;

    public string ServerId { get; } = serverId;

    public string Principal { get; } = principal;

    // Held by who writes to the stream: events of different answers must not mix. Never disposed: it has no handle.
    private SemaphoreSlim Turn { get; } = new(1);

    // No timers, no handles: these need no disposal, and late answers may still ask them.
    private CancellationTokenSource EndedSource { get; } = new();

    private CancellationTokenSource OverSource { get; } = new();

    /// <summary>Fires when the stream has ended: nothing reaches the client any more.</summary>
    public CancellationToken Ended => EndedSource.Token;

    /// <summary>Fires when the client's session has ended, so that the stream has no further use.</summary>
    public CancellationToken SessionOver => OverSource.Token;

    /// <summary>What initialize opened; null before.</summary>
    public ClientSession? Session
    {
        get
        {
            lock (_lock)
            {
                return _session;
            }
        }
    }

    /// <summary>Only one initialize opens a session; the next may try when it failed.</summary>
    public bool TryBeginInitialize()
    {
        lock (_lock)
        {
            return _session is null && !_initializing && (_initializing = true);
        }
    }

    /// <summary>initialize has ended, with a session or with none.</summary>
    /// <returns>False when the client left meanwhile: nobody will end the session for it.</returns>
    public bool TryEndInitialize(ClientSession? session)
    {
        lock (_lock)
        {
            _initializing = false;
            if (EndedSource.IsCancellationRequested)
            {
                return false;
            }

            _session = session;
            _hold = session?.Binding?.HoldStream();
        }

        session?.Binding?.Ended.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), OverSource);
        return true;
    }

    /// <summary>A request begins; false when as many run as may.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            return _requests < MaxRequests && ++_requests > 0;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_requests == 0 && _closing)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>Completes when no request runs that could still be answered; each ends by <c>request_timeout</c>.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            _closing = true;
            return _requests == 0 ? Task.CompletedTask : _idle.Task;
        }
    }

    public ValueTask WriteAsync(SseFrame frame) => WriteAsync(output => SseWriter.Write(output, frame));

    public ValueTask WriteKeepAliveAsync() => WriteAsync(SseWriter.WriteKeepAlive);

    /// <summary>From here on nothing is written.</summary>
    /// <returns>The session to end, if there is one.</returns>
    public async ValueTask<ClientSession?> EndAsync()
    {
        await Turn.WaitAsync();
        lock (_lock)
        {
            EndedSource.Cancel();
        }

        Turn.Release();
        _hold?.Dispose();
        return _session;
    }

    private async ValueTask WriteAsync(Action<IBufferWriter<byte>> write)
    {
        await Turn.WaitAsync();
        try
        {
            if (!EndedSource.IsCancellationRequested && !stream.RequestAborted.IsCancellationRequested)
            {
                write(stream.Response.BodyWriter);
                await stream.Response.BodyWriter.FlushAsync();
            }
        }
        finally
        {
            Turn.Release();
        }
    }
}
