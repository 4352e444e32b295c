namespace EdgeGateway.TestUpstreams;

/// <summary>
/// A door that calls wait at until the test opens it. Lets a test hold a call in flight, know that it has arrived, and let
/// it go, without a clock.
/// </summary>
public sealed class Gate
{
    private readonly Lock _lock = new();

    // All below: written and read under the lock.
    private readonly List<(int Count, TaskCompletionSource Reached)> _watchers = [];
    private TaskCompletionSource _opened = NewSource();
    private int _waiting;

    /// <summary>Calls standing at the door now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Lets everybody through, now and from now on.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _opened.TrySetResult();
        }
    }

    /// <summary>Shuts the door for those who come later.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_opened.Task.IsCompleted)
            {
                _opened = NewSource();
            }
        }
    }

    /// <summary>Lets those through who wait now; the door stays shut for later ones.</summary>
    public void Pulse()
    {
        lock (_lock)
        {
            _opened.TrySetResult();
            _opened = NewSource();
        }
    }

    /// <summary>Completes when <paramref name="count"/> calls stand at the door at the same time.</summary>
    public Task WhenWaitingAsync(int count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiting >= count)
            {
                return Task.CompletedTask;
            }

            var reached = NewSource();
            _watchers.Add((count, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    internal async Task PassAsync(CancellationToken cancellationToken)
    {
        Task opened;
        lock (_lock)
        {
            opened = _opened.Task;
            if (opened.IsCompleted)
            {
                return;
            }

            _waiting++;
            foreach (var watcher in _watchers.Where(watcher => watcher.Count <= _waiting).ToArray())
            {
                watcher.Reached.TrySetResult();
                _watchers.Remove(watcher);
            }
        }

        try
        {
            await opened.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _waiting--;
            }
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
