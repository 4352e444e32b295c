using System.Collections.Concurrent;

namespace EdgeGateway.Telemetry;

/// <summary>Counts per server and reason, kept whether or not somebody listens, so that a total is one from the start of the process.</summary>
internal sealed class Tally
{
    /// <summary>Reasons are words of the gateway's own, about thirty; one that names an endpoint makes a few more.</summary>
    private const int MostReasons = 64;

    private readonly KnownNames _reasons = new(MostReasons);

    // Counted up by whoever sees it happen; read when the instruments are.
    private readonly ConcurrentDictionary<(string ServerId, string Reason), StrongBox> _counts = new();

    public void Add(string serverId, ReadOnlySpan<char> reason) =>
        Interlocked.Increment(ref _counts.GetOrAdd((serverId, _reasons.Of(reason)), static _ => new StrongBox()).Count);

    /// <summary>All of one server.</summary>
    public IEnumerable<(string Reason, long Count)> Of(string serverId)
    {
        foreach (var (key, box) in _counts)
        {
            if (key.ServerId == serverId)
            {
                yield return (key.Reason, Volatile.Read(ref box.Count));
            }
        }
    }

    /// <summary>Forgets servers that are no more.</summary>
    public void Keep(Func<string, bool> isKnown)
    {
        foreach (var key in _counts.Keys)
        {
            if (!isKnown(key.ServerId))
            {
                _counts.TryRemove(key, out _);
            }
        }
    }

    private sealed class StrongBox
    {
        public long Count;
    }
}
