namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// The fewest requests in flight: an exact scan up to 32 slots, two random choices above (Mitzenmacher 2001). Ties rotate: always
/// taking the lowest index would give an idle pool's first session all the work.
/// </summary>
internal sealed class LeastConnections(Random random) : Placement
{
    private const int ExactUpTo = 32;
    private int _last = -1;

    public override int Pick(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<Candidate> everybody, string key, int capacity)
    {
        var picked = candidates.Length <= ExactUpTo ? Scan(candidates) : TwoChoices(candidates);
        _last = candidates[picked].Slot;
        return picked;
    }

    private int Scan(ReadOnlySpan<Candidate> candidates)
    {
        var start = After(_last, candidates);
        var best = start;
        for (var step = 1; step < candidates.Length; step++)
        {
            var i = (start + step) % candidates.Length;
            if (candidates[i].InFlight < candidates[best].InFlight)
            {
                best = i;
            }
        }

        return best;
    }

    private int TwoChoices(ReadOnlySpan<Candidate> candidates)
    {
        var one = random.Next(candidates.Length);
        var other = random.Next(candidates.Length);
        return candidates[other].InFlight < candidates[one].InFlight ? other : one;
    }
}
