namespace EdgeGateway.Pooling.Strategies;

/// <summary>A slot that could serve the request at hand.</summary>
/// <param name="Slot">Its place in the ring.</param>
/// <param name="Endpoint">Index of its endpoint.</param>
/// <param name="InFlight">Requests running on it.</param>
internal readonly record struct Candidate(int Slot, int Endpoint, int InFlight);

/// <summary>Picks one of the slots that could serve a request (pool.md section 3). Used under the pool's lock; keeps its cursor between picks.</summary>
internal abstract class Placement
{
    /// <summary>The strategy's placement; a change of strategy starts with a new one.</summary>
    /// <param name="strategy">Which.</param>
    /// <param name="endpointWeights">Weight of each endpoint.</param>
    /// <param name="random">For the strategies that draw lots.</param>
    public static Placement For(PoolStrategy strategy, IReadOnlyList<int> endpointWeights, Random random) => strategy switch
    {
        PoolStrategy.LeastConnections => new LeastConnections(random),
        PoolStrategy.Sticky => new Sticky(),
        PoolStrategy.Weighted => new Weighted(endpointWeights),
        _ => new RoundRobin(),
    };

    /// <summary>Index into <paramref name="candidates"/>; −1 when the strategy would rather wait.</summary>
    /// <param name="candidates">Slots with room, in ring order; not empty.</param>
    /// <param name="everybody">All ready slots the caller may use, with room or not, in ring order.</param>
    /// <param name="key">What <c>sticky</c> hashes.</param>
    /// <param name="capacity">Requests one slot can take at once.</param>
    public abstract int Pick(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<Candidate> everybody, string key, int capacity);

    /// <summary>The first candidate after the cursor, around the ring.</summary>
    protected static int After(int cursor, ReadOnlySpan<Candidate> candidates)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].Slot > cursor)
            {
                return i;
            }
        }

        return 0;
    }
}
