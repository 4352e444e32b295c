using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// Rendezvous hashing (Thaler and Ravishankar 1998) with bounded loads (Mirrokni et al. 2018, c = 1.25): removing a session moves only
/// the keys it owned, and none carries more than ⌈c·(m+1)/n⌉ of m requests. One that is full is waited for.
/// </summary>
internal readonly struct Sticky : IPlacement
{
    private const double Bound = 1.25;

    public static Taken TryTake(SeatView view, LeaseMode mode, in Caller caller)
    {
        var seats = view.Seats;
        var home = HomeOf(view, caller);
        var permit = home < 0 ? -1 : seats[home].TryTake(mode);
        return permit < 0 ? Taken.Nothing : new(seats[home].Entry, permit);
    }

    /// <summary>Position of the session a caller's requests run on; −1 when there is none.</summary>
    public static int HomeOf(SeatView view, in Caller caller) =>
        view.Seats.Length == 0 ? -1 : Home(view.Seats, Hash.Of(caller.StickyKey ?? caller.Principal));

    private static int Home(Seat[] seats, ulong key)
    {
        var inFlight = 0;
        foreach (ref readonly var seat in seats.AsSpan())
        {
            inFlight += seat.InFlight;
        }

        var most = (int)Math.Ceiling(Bound * (inFlight + 1) / seats.Length);
        var home = -1;
        var best = 0UL;
        for (var position = 0; position < seats.Length; position++)
        {
            ref readonly var seat = ref seats[position];
            var weight = Hash.Mix(key ^ ((ulong)(seat.Place + 1) * 0x9E3779B97F4A7C15));
            if ((home < 0 || weight > best) && seat.InFlight < most)
            {
                home = position;
                best = weight;
            }
        }

        return home;
    }
}
