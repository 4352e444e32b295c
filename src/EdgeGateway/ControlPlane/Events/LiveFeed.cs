using System.Threading.Channels;

namespace EdgeGateway.ControlPlane.Events;

/// <summary>Tells every page that listens the same, once a second; looks at nothing while none does.</summary>
internal sealed class LiveFeed(LiveChanges changes, TimeProvider clock) : IDisposable
{
    /// <summary>People, not machines, look at pages.</summary>
    private const int ListenersMax = 64;

    /// <summary>Who is that many seconds behind begins anew: its connection is dead or far too slow.</summary>
    private const int BacklogMax = 32;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    // All below, and the changes: used under the lock.
    private readonly List<Channel<ReadOnlyMemory<byte>>> _listeners = [];
    private ITimer? _timer;

    /// <summary>Blocks of events from now on, the first at once; null when too many listen already.</summary>
    public Listener? TryListen()
    {
        lock (_lock)
        {
            if (_listeners.Count == ListenersMax)
            {
                return null;
            }

            if (_listeners.Count == 0)
            {
                changes.Begin();
                using var _ = ExecutionContext.SuppressFlow(); // it tells everybody, not in the context of the first page
                _timer = clock.CreateTimer(_ => Tell(), null, Interval, Interval);
            }

            var listener = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(BacklogMax) { SingleReader = true });
            listener.Writer.TryWrite(changes.Stats());
            _listeners.Add(listener);
            return new Listener(this, listener);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Tell()
    {
        lock (_lock)
        {
            if (_listeners.Count == 0)
            {
                return;
            }

            var block = changes.Next();
            foreach (var slow in _listeners.Where(listener => !listener.Writer.TryWrite(block)).ToList())
            {
                slow.Writer.Complete();
                Remove(slow);
            }
        }
    }

    private void Leave(Channel<ReadOnlyMemory<byte>> listener)
    {
        lock (_lock)
        {
            Remove(listener);
        }
    }

    private void Remove(Channel<ReadOnlyMemory<byte>> listener)
    {
        if (_listeners.Remove(listener) && _listeners.Count == 0)
        {
            _timer!.Dispose();
            _timer = null;
        }
    }

    /// <summary>One page's place.</summary>
    internal sealed class Listener(LiveFeed feed, Channel<ReadOnlyMemory<byte>> blocks) : IDisposable
    {
        /// <summary>Whole events, ready to be sent. Ends when the listener fell too far behind.</summary>
        public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) => blocks.Reader.ReadAllAsync(cancellationToken);

        public void Dispose() => feed.Leave(blocks);
    }
}
