using System.Collections.Concurrent;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>
/// Validated tokens until they expire. Two generations: when the young one is full it becomes the old one and the old one is dropped,
/// so what was not used for a while goes, nothing is swept, and a reader takes no lock.
/// </summary>
/// <param name="capacity">Entries at most, both generations together.</param>
internal sealed class TokenCache(int capacity = TokenCache.DefaultCapacity)
{
    /// <summary>More callers than an edge host ever has; about 3 MB.</summary>
    public const int DefaultCapacity = 10_000;

    private readonly int _generationMax = Math.Max(1, capacity / 2);

    // Replaced whole by whoever finds the young generation full (compare-exchange); read by every request.
    private Generations _generations = new(new(), new());

    /// <summary>Lock-free and without allocation, but for the one time an entry moves from the old to the young generation.</summary>
    public bool TryGet(in TokenHash hash, out Principal principal)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.Entries.TryGetValue(hash, out principal!))
        {
            return true;
        }
        if (generations.Old.Entries.TryGetValue(hash, out principal!))
        {
            Add(hash, principal);
            return true;
        }
        return false;
    }

    public void Add(in TokenHash hash, Principal principal)
    {
        var generations = Volatile.Read(ref _generations);
        if (!generations.Young.Entries.TryAdd(hash, principal) || Interlocked.Increment(ref generations.Young.Count) < _generationMax)
        {
            return;
        }
        // The loser of this exchange finds the winner's empty generation next time.
        Interlocked.CompareExchange(ref _generations, new(new(), generations.Young), generations);
    }

    /// <summary>Drops one entry: its token has expired.</summary>
    public void Remove(in TokenHash hash)
    {
        var generations = Volatile.Read(ref _generations);
        generations.Young.Entries.TryRemove(hash, out _);
        generations.Old.Entries.TryRemove(hash, out _);
    }

    private sealed record Generations(Generation Young, Generation Old);

    private sealed class Generation
    {
        public readonly ConcurrentDictionary<TokenHash, Principal> Entries = new();

        // ConcurrentDictionary.Count takes every lock; this one counts additions.
        public int Count;
    }
}
