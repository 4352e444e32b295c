namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// The places of the pool; each holds at most one unbound session. Which session sits where is read and written under the pool's lock;
/// acquirers see the ring through a <see cref="SeatView"/>.
/// </summary>
internal sealed class SlotRing<TSession>(int capacity)
    where TSession : class, IPooledSession
{
    private SessionEntry<TSession>?[] _entries = new SessionEntry<TSession>?[capacity];

    /// <summary>Sessions in the ring, draining ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Every place; null where it is empty.</summary>
    public ReadOnlySpan<SessionEntry<TSession>?> Entries => _entries;

    public void Add(SessionEntry<TSession> entry)
    {
        var place = Array.IndexOf(_entries, null);
        if (place < 0)
        {
            place = _entries.Length;
            Grow(place + 1);
        }

        entry.Sit(place);
        _entries[place] = entry;
        Count++;
    }

    /// <summary>The session has left its slot.</summary>
    public void Vacate(int place)
    {
        _entries[place] = null;
        Count--;
    }

    public void Grow(int capacity)
    {
        if (capacity > _entries.Length)
        {
            Array.Resize(ref _entries, capacity);
        }
    }
}
