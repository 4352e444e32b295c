using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Line;

/// <summary>
/// Callers waiting for a session: first come first served within a lane, the lanes taking turns, so that a user's head waiter is
/// served within as many grants as users wait, whatever another user's backlog. Used under the pool's lock.
/// </summary>
internal sealed class WaitingLine<TSession>
    where TSession : class, IPooledSession
{
    private readonly LinkedList<Waiter<TSession>> _all = new();
    private readonly LinkedList<Lane<TSession>> _turns = new();
    private readonly Dictionary<LaneKey, LinkedListNode<Lane<TSession>>> _lanes = [];
    private readonly Dictionary<FreshKey, int> _byKey = [];

    public int Count => _all.Count;

    /// <summary>Those who wait for a binding.</summary>
    public int Binds { get; private set; }

    /// <summary>Everybody, in the order they came.</summary>
    public LinkedListNode<Waiter<TSession>>? First => _all.First;

    public Waiter<TSession>? Oldest => _all.First?.Value;

    /// <summary>The lanes, in the order of their turns.</summary>
    public LinkedListNode<Lane<TSession>>? FirstLane => _turns.First;

    /// <summary>Whether somebody stands in line whom a newcomer with this key must not overtake.</summary>
    public bool Any(in FreshKey key) => _all.Count > 0 && _byKey.ContainsKey(key);

    public void Join(Waiter<TSession> waiter, bool isSticky)
    {
        var ask = waiter.Ask;
        var key = new LaneKey(ask.Key, ask.Caller.Principal, ask.Bind, isSticky ? ask.Caller.StickyKey : null);
        if (!_lanes.TryGetValue(key, out var lane))
        {
            _lanes[key] = lane = _turns.AddLast(new Lane<TSession>(key));
        }

        waiter.Place = _all.AddLast(waiter);
        waiter.Lane = lane.Value;
        waiter.LanePlace = lane.Value.Waiters.AddLast(waiter);
        Binds += ask.Bind ? 1 : 0;
        _byKey[key.Key] = _byKey.GetValueOrDefault(key.Key) + 1;
    }

    public void Leave(Waiter<TSession> waiter)
    {
        if (waiter.Lane is not { } lane)
        {
            return;
        }

        _all.Remove(waiter.Place!);
        lane.Waiters.Remove(waiter.LanePlace!);
        waiter.Lane = null;
        Binds -= lane.Key.Bind ? 1 : 0;
        if (lane.Waiters.Count == 0 && _lanes.Remove(lane.Key, out var node))
        {
            _turns.Remove(node);
        }

        var left = _byKey[lane.Key.Key] - 1;
        if (left == 0)
        {
            _byKey.Remove(lane.Key.Key);
        }
        else
        {
            _byKey[lane.Key.Key] = left;
        }
    }

    /// <summary>The lane had its turn.</summary>
    public void EndTurn(LinkedListNode<Lane<TSession>> lane)
    {
        if (lane.List is not null)
        {
            _turns.Remove(lane);
            _turns.AddLast(lane);
        }
    }

    /// <summary>Everybody stands where the new settings put them, in the order they came.</summary>
    public void Rearrange(Func<Ask, Ask> change, bool isSticky)
    {
        foreach (var waiter in _all.ToArray())
        {
            Leave(waiter);
            waiter.Ask = change(waiter.Ask);
            Join(waiter, isSticky);
        }
    }
}
