using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// What each endpoint's share of the requests is under <c>weighted</c>, and the round that comes of it: smooth weighted round robin, nginx's
/// algorithm, worked out ahead. Each turn adds every weight, takes the largest sum and subtracts the total from it: {5,1,1} gives
/// a a b a c a a. Used under the pool's lock.
/// </summary>
/// <param name="weights">Of each endpoint; what is still returning has less than its full one.</param>
internal sealed class EndpointShares(IReadOnlyList<int> weights)
{
    /// <summary>Weights are rounded so that a round is no longer: 0.03 % of a share, 16 KB.</summary>
    private const int LongestRound = 4096;

    // By the endpoints that have sessions, a bit each: at most 64 endpoints.
    private readonly List<WorkedOut> _rounds = [];

    public IReadOnlyList<int> Weights { get; } = weights;

    /// <summary>The round of the endpoints that have seats; the same array as long as those do not change.</summary>
    public int[] Round(ReadOnlySpan<Seat> seats)
    {
        var present = 0UL;
        foreach (ref readonly var seat in seats)
        {
            present |= 1UL << seat.Endpoint;
        }

        foreach (var known in _rounds)
        {
            if (known.Present == present)
            {
                return known.Round;
            }
        }

        var round = Work([.. Weights.Select((weight, endpoint) => (present & (1UL << endpoint)) != 0 ? weight : 0)]);
        _rounds.Add(new WorkedOut(present, round));
        return round;
    }

    private static int[] Work(int[] weights)
    {
        Reduce(weights);
        var round = new int[weights.Sum()];
        var current = new int[weights.Length];
        for (var turn = 0; turn < round.Length; turn++)
        {
            var best = -1;
            for (var endpoint = 0; endpoint < weights.Length; endpoint++)
            {
                current[endpoint] += weights[endpoint];
                if (weights[endpoint] > 0 && (best < 0 || current[endpoint] > current[best]))
                {
                    best = endpoint;
                }
            }

            current[best] -= round.Length;
            round[turn] = best;
        }

        return round;
    }

    private static void Reduce(int[] weights)
    {
        var divisor = Math.Max(1, weights.Aggregate(0, Gcd));
        var excess = Math.Max(1.0, (double)weights.Sum() / divisor / LongestRound);
        for (var endpoint = 0; endpoint < weights.Length; endpoint++)
        {
            weights[endpoint] = weights[endpoint] == 0 ? 0 : Math.Max(1, (int)(weights[endpoint] / divisor / excess));
        }
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);

    /// <summary>The round of the endpoints of which these bits are set.</summary>
    private sealed class WorkedOut(ulong present, int[] round)
    {
        public ulong Present { get; } = present;

        public int[] Round { get; } = round;
    }
}
