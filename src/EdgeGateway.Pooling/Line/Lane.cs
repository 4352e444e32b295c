using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Line;

/// <summary>Callers any of whom could take the place of any other: strictly first come first served, so that an exclusive wish is not overtaken by shared ones.</summary>
/// <param name="Key">The fresh sessions they fit.</param>
/// <param name="Principal">Whose they are.</param>
/// <param name="Bind">What they want.</param>
/// <param name="StickyKey">Which session they stick to; null unless the strategy looks at it.</param>
internal readonly record struct LaneKey(FreshKey Key, string Principal, bool Bind, string? StickyKey);

/// <summary>One user's line. Used under the pool's lock.</summary>
internal sealed class Lane<TSession>(LaneKey key)
    where TSession : class, IPooledSession
{
    public LaneKey Key { get; } = key;

    public LinkedList<Waiter<TSession>> Waiters { get; } = new();

    /// <summary>Who is served next; a lane in the line is never empty.</summary>
    public Waiter<TSession> Head => Waiters.First!.Value;
}
