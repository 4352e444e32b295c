namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// Who holds what. A lease names a row and the row's version; releasing changes the version, so that a second release of the same
/// lease finds another version and changes nothing. Used under the pool's lock.
/// </summary>
internal sealed class LeaseTable<TSession>
    where TSession : class, IPooledSession
{
    private Row[] _rows = new Row[16];
    private int _free = -1;
    private int _used;

    /// <summary>Leases held: in flight.</summary>
    public int Held { get; private set; }

    public (int Row, long Version) Take(SessionEntry<TSession> entry, Binding<TSession>? binding, LeaseMode mode, long now)
    {
        var index = _free;
        if (index >= 0)
        {
            _free = _rows[index].NextFree;
        }
        else
        {
            index = _used++;
            if (index == _rows.Length)
            {
                Array.Resize(ref _rows, _rows.Length * 2);
            }
        }

        ref var row = ref _rows[index];
        row.Held = new(entry, binding, mode, now);
        Held++;
        return (index, ++row.Version);
    }

    /// <summary>False when the lease was released before.</summary>
    public bool TryReturn(int index, long version, out HeldLease<TSession> held)
    {
        ref var row = ref _rows[index];
        held = row.Held;
        if (row.Version != version)
        {
            return false;
        }

        row.Version++;
        row.Held = default;
        row.NextFree = _free;
        _free = index;
        Held--;
        return true;
    }

    private struct Row
    {
        public HeldLease<TSession> Held;

        /// <summary>Odd while held, even while free.</summary>
        public long Version;
        public int NextFree;
    }
}

/// <summary>A lease that is out.</summary>
internal readonly record struct HeldLease<TSession>(SessionEntry<TSession> Entry, Binding<TSession>? Binding, LeaseMode Mode, long GrantedAt)
    where TSession : class, IPooledSession;
