namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// A cursor that goes round the ring. It remembers the slot it picked, not a count, so that a slot that fails leaves no double share
/// to its neighbour.
/// </summary>
internal sealed class RoundRobin : Placement
{
    private int _last = -1;

    public override int Pick(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<Candidate> everybody, string key, int capacity)
    {
        var picked = After(_last, candidates);
        _last = candidates[picked].Slot;
        return picked;
    }
}
