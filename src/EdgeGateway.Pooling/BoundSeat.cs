using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling;

/// <summary>The session a client session has now, with the slot of its own. Immutable: a request sees one session and its slot, or another and its.</summary>
internal sealed class BoundSeat<TSession>(SessionEntry<TSession> entry)
    where TSession : class, IPooledSession
{
    private readonly Seat _seat = new(entry, Permit.Most);

    public SessionEntry<TSession> Entry { get; } = entry;

    /// <summary>Takes one of its 32 permits, without a lock; −1 when more run, or the session takes no requests now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TryTake() => _seat.TryTake(LeaseMode.Shared);

    /// <summary>As <see cref="TryTake"/> where nothing runs on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeIdle() => _seat.TryTakeIdle(Permit.First);
}
