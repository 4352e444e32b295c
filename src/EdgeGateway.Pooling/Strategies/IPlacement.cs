using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>Which strategy picks among a partition's sessions.</summary>
internal enum PlacementKind : byte
{
    RoundRobin,
    LeastConnections,
    Sticky,
    Weighted,

    /// <summary>Continuity: where the caller's last request ran. Not a strategy to choose, but what <c>auto</c> means for a user without a client session.</summary>
    MostRecent,
}

/// <summary>
/// Picks one of the sessions that could serve a request, and takes it (pool.md section 3). Static, so that each strategy's way is compiled
/// on its own without a call through a table. Takes no lock: two acquirers at once may pick the same, and then the slot's word decides, the
/// loser looks again.
/// </summary>
internal interface IPlacement
{
    /// <param name="view">The sessions, and whose.</param>
    /// <param name="mode">How much of one is wanted.</param>
    /// <param name="caller">Who asks.</param>
    static abstract Taken TryTake(SeatView view, LeaseMode mode, in Caller caller);
}
