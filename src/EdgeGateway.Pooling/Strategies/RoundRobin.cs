using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// A cursor that goes round the ring. It stands behind the session it took last, and does not count, so that one that fails leaves no
/// double share to its neighbour.
/// </summary>
internal readonly struct RoundRobin : IPlacement
{
    public static Taken TryTake(SeatView view, LeaseMode mode, in Caller caller)
    {
        var seats = view.Seats;
        var first = view.Cursor.Value;
        for (var step = 0; step < seats.Length; step++)
        {
            if (TryTake(view, (first + step) % seats.Length, mode, out var taken))
            {
                return taken;
            }
        }

        // Somebody who goes round at our pace takes each session just before we look at it. Whoever turns round meets them once.
        for (var step = seats.Length - 1; step >= 0; step--)
        {
            if (TryTake(view, (first + step) % seats.Length, mode, out var taken))
            {
                return taken;
            }
        }

        return Taken.Nothing;
    }

    private static bool TryTake(SeatView view, int position, LeaseMode mode, out Taken taken)
    {
        ref readonly var seat = ref view.Seats[position];
        var permit = seat.TryTake(mode);
        taken = permit < 0 ? Taken.Nothing : new(seat.Entry, permit);
        if (permit >= 0)
        {
            view.Cursor.Value = position + 1 < view.Seats.Length ? position + 1 : 0;
        }

        return permit >= 0;
    }
}
