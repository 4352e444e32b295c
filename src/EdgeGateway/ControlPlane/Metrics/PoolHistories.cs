using System.Collections.Concurrent;
using EdgeGateway.ControlPlane.Servers;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>The history of every pool: the last minutes from memory, the last days from the store and what is on its way there.</summary>
internal sealed class PoolHistories(ServerCatalog catalog, HistoryQueue queue, IPoolHistoryStore store, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, PoolHistory> _byServer = new(StringComparer.Ordinal);

    /// <summary>Looks at every pool, and forgets those of deleted servers.</summary>
    public void ObserveAll()
    {
        var servers = catalog.Servers;
        var now = clock.GetUtcNow();
        foreach (var managed in servers.Values)
        {
            if (managed.Identity is null)
            {
                Of(managed).Pause();
            }
            else
            {
                Of(managed).Observe(now);
            }
        }

        foreach (var id in _byServer.Keys.Where(id => !servers.ContainsKey(id)))
        {
            _byServer.TryRemove(id, out _);
        }
    }

    /// <summary>Ends every bucket early, at the end of the process.</summary>
    public void EndAll()
    {
        ObserveAll();
        foreach (var managed in catalog.Servers.Values)
        {
            Of(managed).Pause();
        }
    }

    /// <summary>5-second buckets of the last <paramref name="span"/>, up to this moment, in order.</summary>
    public IReadOnlyList<PoolBucket> Fine(ManagedServer managed, TimeSpan span)
    {
        var now = clock.GetUtcNow();
        var history = Of(managed);
        history.Observe(now);
        return Merge([.. history.Recent(now - span)]);
    }

    /// <summary>5-minute buckets of the last <paramref name="span"/>, up to this moment, in order. Times when the gateway was down have none.</summary>
    /// <exception cref="Storage.DatabaseUnusableException">They cannot be read.</exception>
    public async Task<IReadOnlyList<PoolBucket>> CoarseAsync(ManagedServer managed, TimeSpan span)
    {
        var now = clock.GetUtcNow();
        var history = Of(managed);
        history.Observe(now);

        // Asked in the order in which a bucket moves, so that none is missed. One that is met twice counts once, as it was met last.
        var present = history.Present();
        var waiting = queue.Waiting(managed.Definition.Id);
        var parts = new List<PoolBucket>(await store.ReadAsync(managed.Definition.Id, now - span));
        foreach (var part in present is null ? waiting : waiting.Append(present))
        {
            if (!parts.Exists(known => known.CompareTo(part) == 0))
            {
                parts.Add(part);
            }
        }

        parts.RemoveAll(part => part.Start <= now - span || part.Start > now);
        return Merge(parts);
    }

    private PoolHistory Of(ManagedServer managed)
    {
        var id = managed.Definition.Id;
        return _byServer.GetOrAdd(id, static (id, made) => new PoolHistory(made.Pool.Sample, bucket => made.Queue.Add(id, bucket)), (managed.Pool, Queue: queue));
    }

    /// <summary>In order, the parts of one bucket joined.</summary>
    private static List<PoolBucket> Merge(List<PoolBucket> parts)
    {
        parts.Sort(static (a, b) => a.CompareTo(b));
        var whole = new List<PoolBucket>(parts.Count);
        foreach (var part in parts)
        {
            if (whole.Count > 0 && whole[^1].Start == part.Start)
            {
                whole[^1] = whole[^1].Plus(part);
            }
            else
            {
                whole.Add(part);
            }
        }

        return whole;
    }
}
