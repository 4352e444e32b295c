namespace EdgeGateway.Pooling.Line;

/// <summary>
/// The waiters of one lane in the order they came: a ring that grows to twice the longest line there was, which <c>max_pending</c> bounds.
/// Who leaves from the middle leaves an empty place behind, which goes when the head has passed it. Used under the pool's lock.
/// </summary>
internal sealed class WaiterRing<TSession>
    where TSession : class, IPooledSession
{
    private Waiter<TSession>?[] _ring = new Waiter<TSession>?[8];
    private int _head;
    private int _places;

    /// <summary>Waiters, empty places not counted.</summary>
    public int Count { get; private set; }

    /// <summary>Places, filled or not.</summary>
    public int Capacity => _ring.Length;

    /// <summary>Who came first; the ring is not empty.</summary>
    public Waiter<TSession> Head => _ring[_head]!;

    public void Add(Waiter<TSession> waiter)
    {
        if (_places == _ring.Length)
        {
            Grow();
        }

        waiter.LanePlace = (_head + _places) & (_ring.Length - 1);
        _ring[waiter.LanePlace] = waiter;
        _places++;
        Count++;
    }

    public void Remove(Waiter<TSession> waiter)
    {
        _ring[waiter.LanePlace] = null;
        Count--;
        while (_places > 0 && _ring[_head] is null)
        {
            _head = (_head + 1) & (_ring.Length - 1);
            _places--;
        }
    }

    private void Grow()
    {
        // Not larger when it is only full of empty places.
        var larger = new Waiter<TSession>?[Count * 2 > _ring.Length ? _ring.Length * 2 : _ring.Length];
        var places = 0;
        for (var i = 0; i < _places; i++)
        {
            if (_ring[(_head + i) & (_ring.Length - 1)] is { } waiter)
            {
                waiter.LanePlace = places;
                larger[places++] = waiter;
            }
        }

        _ring = larger;
        _head = 0;
        _places = places;
    }
}
