namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// Leases that no permit of a word stands for: more than 32 at once on a bound session, or on one whose replacement is under way. A lease
/// names a row and the row's version; ending it changes the version, so that a second end finds another version and changes nothing.
/// Used under the pool's lock.
/// </summary>
internal sealed class LeaseTable
{
    private Row[] _rows = new Row[16];
    private int _free = -1;
    private int _used;

    /// <returns>The lease, as a <see cref="Ticket"/>.</returns>
    public ulong Take(SessionEntry entry)
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

        entry.ExtraLeases++;
        return Ticket.OfRow(index, ++_rows[index].Version);
    }

    /// <summary>False when the lease has ended before.</summary>
    public bool TryReturn(SessionEntry entry, ulong ticket)
    {
        var (index, version) = Ticket.Row(ticket);
        ref var row = ref _rows[index];
        if (row.Version != version)
        {
            return false;
        }

        row.Version++;
        row.NextFree = _free;
        _free = index;
        entry.ExtraLeases--;
        entry.ExtraReleases++;
        return true;
    }

    private struct Row
    {
        /// <summary>Odd while held, even while free.</summary>
        public int Version;
        public int NextFree;
    }
}
