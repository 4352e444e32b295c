using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling;

/// <summary>
/// The right to run one request on one session. Released exactly once, when the response has ended: a second release
/// is counted and changes nothing (pool.md section 4).
/// </summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public readonly struct Lease<TSession>
    where TSession : class, IPooledSession
{
    private readonly SessionEntry? _entry;
    private readonly ulong _ticket;

    internal Lease(in Taken taken)
        : this(taken.Entry!, taken.Entry!.Begin(taken.Permit))
    {
    }

    internal Lease(SessionEntry entry, ulong ticket)
    {
        _entry = entry;
        _ticket = ticket;
    }

    /// <summary>False for the default: nothing was leased.</summary>
    public bool IsHeld => _entry is not null;

    /// <summary>The session to run the request on.</summary>
    public TSession Session => Unsafe.As<SessionEntry<TSession>>(_entry!).Session;

    /// <summary>Gives the session back.</summary>
    /// <param name="outcome">How the request ended.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(LeaseOutcome outcome) => TryRelease(outcome);

    /// <summary>Gives the session back.</summary>
    /// <param name="outcome">How the request ended.</param>
    /// <param name="used">How long it ran, for the pool's statistics; not negative. The pool itself reads no clock here: it would cost more than the lease.</param>
    public void Release(LeaseOutcome outcome, TimeSpan used)
    {
        if (TryRelease(outcome))
        {
            _entry!.Time(used);
        }
    }

    /// <summary>
    /// The request waits for a person: until <see cref="TakeUp"/> whoever comes is served by another session, also under <c>sticky</c>, and
    /// does not wait for this one. The lease stays held.
    /// </summary>
    public void SetAside() => _entry?.SetAside(true);

    /// <summary>The request goes on, or is about to be given up.</summary>
    public void TakeUp() => _entry?.SetAside(false);

    /// <summary>Gives back a session that nothing was sent to: it proves nothing about anybody's health.</summary>
    internal void ReturnUnused() => _entry?.Release(_ticket, outcome: null);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryRelease(LeaseOutcome outcome) =>
        _entry is not null && (outcome == LeaseOutcome.Reusable ? _entry.Release(_ticket) : _entry.Release(_ticket, outcome));
}
