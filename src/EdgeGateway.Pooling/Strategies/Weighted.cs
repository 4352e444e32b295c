namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// Smooth weighted round robin over endpoints, nginx's algorithm: each pick adds every weight, takes the largest sum and subtracts the
/// total from it. {5,1,1} gives a a b a c a a. Within an endpoint its slots take turns, so that a slot's weight is the endpoint's divided
/// by its slots.
/// </summary>
internal sealed class Weighted(IReadOnlyList<int> weights) : Placement
{
    private readonly int[] _current = new int[weights.Count];
    private readonly int[] _last = [.. Enumerable.Repeat(-1, weights.Count)];

    public override int Pick(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<Candidate> everybody, string key, int capacity)
    {
        var total = 0;
        var best = -1;
        for (var endpoint = 0; endpoint < _current.Length; endpoint++)
        {
            if (!Has(candidates, endpoint))
            {
                continue;
            }

            total += weights[endpoint];
            _current[endpoint] += weights[endpoint];
            if (best < 0 || _current[endpoint] > _current[best])
            {
                best = endpoint;
            }
        }

        _current[best] -= total;
        return NextOf(best, candidates);
    }

    private static bool Has(ReadOnlySpan<Candidate> candidates, int endpoint)
    {
        foreach (ref readonly var candidate in candidates)
        {
            if (candidate.Endpoint == endpoint)
            {
                return true;
            }
        }

        return false;
    }

    private int NextOf(int endpoint, ReadOnlySpan<Candidate> candidates)
    {
        var first = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].Endpoint != endpoint)
            {
                continue;
            }

            first = first < 0 ? i : first;
            if (candidates[i].Slot > _last[endpoint])
            {
                first = i;
                break;
            }
        }

        _last[endpoint] = candidates[first].Slot;
        return first;
    }
}
