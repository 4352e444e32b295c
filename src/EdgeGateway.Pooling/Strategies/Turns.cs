using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>Whose turn it is under <c>weighted</c>: a round of endpoints, and within each endpoint the session that is next.</summary>
/// <param name="endpoints">Number of endpoints.</param>
/// <param name="round">Endpoints in the order of their turns.</param>
internal sealed class Turns(int endpoints, int[] round)
{
    public int[] Round { get; } = round;

    /// <summary>Where to look first for each endpoint: its sessions take turns among themselves. Written by acquirers without order.</summary>
    public int[] Next { get; } = new int[endpoints];

    /// <summary>Goes on where the sessions of an endpoint stood before.</summary>
    public static Turns Of(int[] round, SeatView before, ReadOnlySpan<Seat> seats)
    {
        var endpoints = round.Length == 0 ? 0 : round.Max() + 1;
        var turns = new Turns(endpoints, round);
        for (var endpoint = 0; before.Turns is { } old && endpoint < Math.Min(endpoints, old.Next.Length); endpoint++)
        {
            var next = old.Next[endpoint];
            turns.Next[endpoint] = next < before.Seats.Length ? SeatView.PositionFrom(seats, before.Seats[next].Place) : 0;
        }

        return turns;
    }
}
