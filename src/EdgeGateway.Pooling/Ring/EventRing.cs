namespace EdgeGateway.Pooling.Ring;

/// <summary>The last 256 events: the last minutes of a busy pool, about 20 KB. Used under the pool's lock.</summary>
internal sealed class EventRing(TimeProvider clock)
{
    private const int Capacity = 256;
    private readonly PoolEvent?[] _events = new PoolEvent?[Capacity];
    private long _last;

    // Wall-clock time is not read under the lock, only carried on from the last tick: a fake clock runs due timers when it is asked for it.
    private DateTimeOffset _wallClock = clock.GetUtcNow();
    private long _readAt = clock.GetTimestamp();

    public PoolEvent Add(string kind, string? session, int endpoint, string reason, TimeSpan took = default, bool isEnd = false, string? purpose = null)
    {
        var happened = new PoolEvent(++_last, _wallClock + clock.GetElapsedTime(_readAt), kind, session, endpoint, reason) { Took = took, IsEnd = isEnd, Purpose = purpose };
        _events[_last % Capacity] = happened;
        return happened;
    }

    /// <param name="now">Wall-clock time, so that events keep to a clock that is set meanwhile.</param>
    /// <param name="readAt">Timestamp of the reading.</param>
    public void Synchronize(DateTimeOffset now, long readAt)
    {
        _wallClock = now;
        _readAt = readAt;
    }

    /// <summary>Newest last.</summary>
    /// <param name="after">Only what happened after the event with this number; 0 for all.</param>
    public IReadOnlyList<PoolEvent> Read(long after)
    {
        var first = Math.Max(after, _last - Capacity) + 1;
        var all = new List<PoolEvent>((int)Math.Max(0, _last - Math.Max(0, first - 1)));
        for (var sequence = Math.Max(1, first); sequence <= _last; sequence++)
        {
            all.Add(_events[sequence % Capacity]!);
        }

        return all;
    }
}
