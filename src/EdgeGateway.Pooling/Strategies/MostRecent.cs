using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>The session the caller's last request ran on, of those with room: what it left there is still there (pool.md section 2).</summary>
internal readonly struct MostRecent : IPlacement
{
    public static Taken TryTake(SeatView view, LeaseMode mode, in Caller caller)
    {
        var seats = view.Seats;
        var partition = view.Partition;
        var last = view.Cursor.Value;
        if ((uint)last < (uint)seats.Length && partition.IsLastTurn(seats[last].Entry.LastTurn))
        {
            var permit = seats[last].TryTake(mode);
            if (permit >= 0)
            {
                return new(seats[last].Entry, permit);
            }
        }

        return TryTakeOther(view, mode);
    }

    private static Taken TryTakeOther(SeatView view, LeaseMode mode)
    {
        var seats = view.Seats;
        for (; ; )
        {
            var picked = Pick(seats, mode);
            if (picked < 0)
            {
                return Taken.Nothing;
            }

            var permit = seats[picked].TryTake(mode);
            if (permit >= 0)
            {
                var entry = seats[picked].Entry;
                entry.LastTurn = view.Partition.NextTurn();
                view.Cursor.Value = picked;
                return new(entry, permit);
            }
        }
    }

    private static int Pick(Seat[] seats, LeaseMode mode)
    {
        var best = -1;
        var latest = long.MinValue;
        for (var position = 0; position < seats.Length; position++)
        {
            var turn = seats[position].Entry.LastTurn;
            if (turn > latest && seats[position].HasRoom(mode))
            {
                best = position;
                latest = turn;
            }
        }

        return best;
    }
}
