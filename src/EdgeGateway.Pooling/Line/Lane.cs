using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Line;

/// <summary>
/// Callers any of whom could take the place of any other: strictly first come first served, so that an exclusive wish is not overtaken by
/// shared ones. Used under the pool's lock.
/// </summary>
internal sealed class Lane<TSession>
    where TSession : class, IPooledSession
{
    /// <param name="partition">Whose they are.</param>
    /// <param name="bind">What they want.</param>
    /// <param name="stickyKey">Which session they stick to; null unless the strategy looks at it.</param>
    public Lane(Partition partition, bool bind, string? stickyKey = null)
    {
        Partition = partition;
        Bind = bind;
        StickyKey = stickyKey;
        Turn = new(this);
    }

    public Partition Partition { get; }

    public bool Bind { get; }

    public string? StickyKey { get; }

    public WaiterRing<TSession> Waiters { get; } = new();

    /// <summary>Set while somebody stands in it: whose turn a turn of this lane is.</summary>
    public LineUser? User { get; set; }

    /// <summary>Its place among the lanes, while somebody stands in it.</summary>
    public LinkedListNode<Lane<TSession>> Turn { get; }

    /// <summary>Who is served next; a lane in the line is never empty.</summary>
    public Waiter<TSession> Head => Waiters.Head;
}

/// <summary>A user with somebody in line: turns go round by users, however many lanes one has. Used under the pool's lock.</summary>
internal sealed class LineUser(string principal)
{
    public string Principal { get; } = principal;

    public int Lanes { get; set; }
}

/// <summary>The lanes before one partition. Kept as long as it is, so that joining a line that was there before allocates no lane.</summary>
internal sealed class Lanes<TSession>(Partition partition)
    where TSession : class, IPooledSession
{
    private readonly Lane<TSession> _leases = new(partition, bind: false);
    private readonly Lane<TSession> _binds = new(partition, bind: true);
    private Dictionary<string, Lane<TSession>>? _byStickyKey;

    /// <param name="ask">What is wanted.</param>
    /// <param name="isSticky">Whether the strategy looks at the sticky key: then each key waits for a session of its own.</param>
    public Lane<TSession> For(in Ask ask, bool isSticky)
    {
        if (ask.Bind || !isSticky || ask.Caller.StickyKey is not { } key)
        {
            return ask.Bind ? _binds : _leases;
        }

        _byStickyKey ??= [];
        if (!_byStickyKey.TryGetValue(key, out var lane))
        {
            _byStickyKey[key] = lane = new Lane<TSession>(partition, bind: false, key);
        }

        return lane;
    }

    /// <summary>Nobody stands in this lane: keys are not remembered for ever.</summary>
    public void Forget(Lane<TSession> lane)
    {
        if (lane.StickyKey is { } key)
        {
            _byStickyKey?.Remove(key);
        }
    }
}
