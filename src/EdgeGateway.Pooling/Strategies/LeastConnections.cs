using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// The fewest requests in flight: an exact scan up to 32 sessions, two random choices above (Mitzenmacher 2001). Ties rotate: always
/// taking the lowest index would give an idle pool's first session all the work.
/// </summary>
internal readonly struct LeastConnections : IPlacement
{
    private const int ExactUpTo = 32;

    /// <summary>Whether all are looked at. Then one that nothing runs on, and whose turn it is, has the least.</summary>
    public static bool IsExact(Seat[] seats) => seats.Length <= ExactUpTo;

    public static Taken TryTake(SeatView view, LeaseMode mode, in Caller caller)
    {
        var seats = view.Seats;
        for (; ; )
        {
            var picked = IsExact(seats) ? Scan(seats, mode, view.Cursor.Value) : TwoChoices(seats, mode, view.Partition);
            if (picked < 0)
            {
                return Taken.Nothing;
            }

            ref readonly var seat = ref seats[picked];
            var permit = seat.TryTake(mode);
            if (permit >= 0)
            {
                view.Cursor.Value = picked + 1 < seats.Length ? picked + 1 : 0;
                return new(seat.Entry, permit);
            }
        }
    }

    private static int Scan(Seat[] seats, LeaseMode mode, int first)
    {
        var position = first;
        var best = -1;
        var fewest = Seat.NoRoom;
        for (var left = seats.Length; left > 0 && fewest > 0; left--)
        {
            var inFlight = seats[position].InFlightWithRoom(mode);
            if (inFlight < fewest)
            {
                best = position;
                fewest = inFlight;
            }

            position = position + 1 < seats.Length ? position + 1 : 0;
        }

        return best;
    }

    /// <summary>The lots are drawn from the partition's turns: as good as random, and the same again when a test repeats them.</summary>
    private static int TwoChoices(Seat[] seats, LeaseMode mode, Partition partition)
    {
        var lots = Hash.Mix((ulong)partition.NextTurn());
        var one = (int)((uint)lots % (uint)seats.Length);
        var other = (int)((uint)(lots >> 32) % (uint)seats.Length);
        var better = seats[other].InFlightWithRoom(mode) < seats[one].InFlightWithRoom(mode) ? other : one;
        for (var step = 0; step < seats.Length; step++)
        {
            if (seats[better].InFlightWithRoom(mode) < Seat.NoRoom)
            {
                return better;
            }

            // Neither has room: whoever is next does.
            better = better + 1 < seats.Length ? better + 1 : 0;
        }

        return -1;
    }
}
