namespace EdgeGateway.Pooling.Ring;

/// <summary>The last 256 events: the last minutes of a busy pool, about 20 KB. Used under the pool's lock.</summary>
internal sealed class EventRing(TimeProvider clock)
{
    private const int Capacity = 256;
    private readonly PoolEvent?[] _events = new PoolEvent?[Capacity];
    private long _last;

    public PoolEvent Add(string kind, string? session, int endpoint, string reason)
    {
        var happened = new PoolEvent(++_last, clock.GetUtcNow(), kind, session, endpoint, reason);
        _events[_last % Capacity] = happened;
        return happened;
    }

    /// <summary>Newest last.</summary>
    public IReadOnlyList<PoolEvent> Read()
    {
        var all = new List<PoolEvent>(Capacity);
        for (var sequence = Math.Max(1, _last - Capacity + 1); sequence <= _last; sequence++)
        {
            all.Add(_events[sequence % Capacity]!);
        }

        return all;
    }
}
