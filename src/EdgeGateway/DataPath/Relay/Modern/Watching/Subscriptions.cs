namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>The resources a legacy client has subscribed to where it has no upstream session that would know.</summary>
internal sealed class Subscriptions
{
    /// <summary>A client that watches more watches everything.</summary>
    private const int Most = 256;

    private readonly Lock _lock = new();

    // Read and written under the lock: raw JSON strings, who is to hear of a change, and who waits until the server has heard of it.
    private readonly HashSet<string> _uris = new(StringComparer.Ordinal);
    private CancellationTokenSource? _untilChanged;
    private TaskCompletionSource _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isConfirmed;

    public IReadOnlyCollection<string> Uris
    {
        get
        {
            lock (_lock)
            {
                return [.. _uris];
            }
        }
    }

    /// <summary>Fires with the next change; of the client's one stream.</summary>
    public CancellationTokenSource UntilChanged()
    {
        var source = new CancellationTokenSource();
        lock (_lock)
        {
            _untilChanged = source;
        }

        return source;
    }

    /// <summary>There is a stream that will <see cref="Take"/> and say when the server knows: said before the client learns of the stream, or it subscribes and is answered too early.</summary>
    public void StartConfirming()
    {
        lock (_lock)
        {
            _isConfirmed = true;
        }
    }

    /// <summary>What the client wants now, for a stream that says when the server knows.</summary>
    /// <returns>To be completed then; for those who asked meanwhile there is another one.</returns>
    public (IReadOnlyCollection<string> Uris, TaskCompletionSource Applied) Take()
    {
        lock (_lock)
        {
            var applied = _applied;
            _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return ([.. _uris], applied);
        }
    }

    /// <summary>The stream has ended: nobody tells the server, and nobody waits for it.</summary>
    public void StopConfirming()
    {
        lock (_lock)
        {
            _isConfirmed = false;
            _applied.TrySetResult();
            _applied = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <param name="rawUri">A raw JSON string.</param>
    /// <param name="isWanted">Subscribed, or not any more.</param>
    /// <returns>Completes when the server knows, where a stream says so.</returns>
    public Task SetAsync(string rawUri, bool isWanted)
    {
        CancellationTokenSource? told = null;
        var applied = Task.CompletedTask;
        lock (_lock)
        {
            if (isWanted ? _uris.Count < Most && _uris.Add(rawUri) : _uris.Remove(rawUri))
            {
                (told, _untilChanged) = (_untilChanged, null);
                applied = _isConfirmed ? _applied.Task : applied;
            }
        }

        try
        {
            told?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The stream has ended meanwhile.
        }

        return applied;
    }
}
