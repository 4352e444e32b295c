using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// Requests in proportion to the endpoints' weights, as <see cref="EndpointShares"/> has them. Within an endpoint its sessions take turns,
/// so that a session's weight is the endpoint's divided by its sessions. An endpoint without room is passed over, as nginx does.
/// </summary>
internal readonly struct Weighted : IPlacement
{
    public static Taken TryTake(SeatView view, LeaseMode mode, in Caller caller)
    {
        if (view.Turns is not { } turns)
        {
            return Taken.Nothing;
        }

        var round = turns.Round;
        var full = 0UL;
        var turn = view.Cursor.Value;
        for (var left = round.Length; left > 0; left--)
        {
            var endpoint = round[turn];
            turn = turn + 1 < round.Length ? turn + 1 : 0;
            if ((full & (1UL << endpoint)) != 0)
            {
                continue;
            }

            var taken = TryTake(view.Seats, endpoint, mode, ref turns.Next[endpoint]);
            if (taken.Entry is not null)
            {
                view.Cursor.Value = turn;
                return taken;
            }

            full |= 1UL << endpoint;
        }

        return Taken.Nothing;
    }

    private static Taken TryTake(Seat[] seats, int endpoint, LeaseMode mode, ref int next)
    {
        var position = next;
        for (var left = seats.Length; left > 0; left--)
        {
            ref readonly var seat = ref seats[position];
            position = position + 1 < seats.Length ? position + 1 : 0;
            if (seat.Endpoint != endpoint)
            {
                continue;
            }

            var permit = seat.TryTake(mode);
            if (permit >= 0)
            {
                next = position;
                return new(seat.Entry, permit);
            }
        }

        return Taken.Nothing;
    }
}
