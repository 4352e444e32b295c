using System.Threading.Tasks.Sources;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>
/// A request that was sent and not answered yet, and what has come for it. Mostly that is one message, the answer: it goes straight to
/// who waits, on the thread that read it. What comes after another message goes through a queue.
/// </summary>
/// <param name="id">Its id, raw.</param>
/// <param name="progressToken">Its progress token, raw; null when it has none.</param>
/// <param name="isOurs">A question of the gateway's own: messages that name no request are not about it.</param>
internal sealed class RunningRequest(byte[] id, byte[]? progressToken, bool isOurs) : IValueTaskSource<byte[]>
{
    // Set once, by whoever comes first: a message, the answer, a fault or the end of the wait (Interlocked). It alone completes _first.
    private int _hasFirst;
    private ManualResetValueTaskSourceCore<byte[]> _first;

    // Written by the one who waits before it waits, read by the same.
    private CancellationTokenRegistration _givingUp;

    // Made by whoever needs it first: the process's reader, or who reads on.
    private MessageQueue? _others;

    public ReadOnlySpan<byte> Id => id;

    public ReadOnlySpan<byte> ProgressToken => progressToken;

    public bool IsOurs => isOurs;

    /// <summary>It is subscriptions/listen (2026-07-28): messages that name its id as their subscription are for it.</summary>
    public bool IsListening { get; init; }

    /// <summary>Set before the answer is handed over; read after something was taken out.</summary>
    public byte[]? AnswerMessage { get; private set; }

    /// <summary>What comes after the first message.</summary>
    public MessageQueue Others => LazyInitializer.EnsureInitialized(ref _others, static () => new MessageQueue());

    /// <summary>The first message, which may be the answer. To be called and awaited once.</summary>
    /// <exception cref="UpstreamException">The process is gone.</exception>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public ValueTask<byte[]> FirstAsync(CancellationToken cancellationToken)
    {
        _givingUp = cancellationToken.UnsafeRegister(static (request, cancelled) => ((RunningRequest)request!).GiveUp(cancelled), this);
        return new(this, _first.Version);
    }

    /// <summary>False: too many lie there already, or no more are wanted.</summary>
    public bool TryAdd(byte[] message)
    {
        if (!IsFirst())
            return Others.TryAdd(message);
        _first.SetResult(message);
        return true;
    }

    /// <summary>Called once, by who took it out of those that run: it gets nothing more.</summary>
    public void Answer(byte[] message)
    {
        AnswerMessage = message;
        if (IsFirst())
            _first.SetResult(message);
        else
            Others.AddLast(message);
    }

    /// <summary>No answer comes; who waits is told why.</summary>
    public void Fail(UpstreamFault fault)
    {
        if (IsFirst())
            _first.SetException(new UpstreamException(fault));
        else
            Others.Complete(fault);
    }

    byte[] IValueTaskSource<byte[]>.GetResult(short token)
    {
        _givingUp.Unregister(); // one that runs already came too late, and changes nothing
        return _first.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<byte[]>.GetStatus(short token) => _first.GetStatus(token);

    void IValueTaskSource<byte[]>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _first.OnCompleted(continuation, state, token, flags);

    private void GiveUp(CancellationToken cancelled)
    {
        if (IsFirst())
            _first.SetException(new OperationCanceledException(cancelled));
    }

    private bool IsFirst() => Interlocked.Exchange(ref _hasFirst, 1) == 0;
}
