using System.Diagnostics;

namespace EdgeGateway.Pooling.Slots;

/// <summary>The fixed places of the pool; each holds at most one unbound session. Used under the pool's lock.</summary>
internal sealed class SlotRing<TSession>(int capacity)
    where TSession : class, IPooledSession
{
    private SessionEntry<TSession>?[] _slots = new SessionEntry<TSession>?[capacity];

    /// <summary>Sessions in the ring, draining ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Every place; null where it is empty.</summary>
    public ReadOnlySpan<SessionEntry<TSession>?> Slots => _slots;

    public void Add(SessionEntry<TSession> entry)
    {
        var free = Array.IndexOf(_slots, null);
        if (free < 0)
        {
            free = _slots.Length;
            Grow(_slots.Length + 1);
        }

        Debug.Assert(entry.Slot < 0, "an entry stands in one slot");
        entry.Slot = free;
        _slots[free] = entry;
        Count++;
    }

    public void Remove(SessionEntry<TSession> entry)
    {
        Debug.Assert(ReferenceEquals(_slots[entry.Slot], entry), "an entry knows its slot");
        _slots[entry.Slot] = null;
        entry.Slot = -1;
        Count--;
    }

    public void Grow(int capacity)
    {
        if (capacity > _slots.Length)
        {
            Array.Resize(ref _slots, capacity);
        }
    }
}
