using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling;

/// <summary>
/// The part of a pool that a request touches which is granted at once: who waits, whose sessions there are, what time it is. Not generic,
/// so that its code is compiled once and looks no types up; the base of the pool, so that it is one reference nearer.
/// </summary>
public abstract class Turnstile
{
    private WaiterCount _waiters;
    private RecentCallers _recent = new();

    // Written by releasers (Interlocked), read by metrics.
    private long _doubleReleases;

    // Written by the holder of the pool's lock at each tick, read by releasers: any recent tick will do.
    private long _tick;

    internal Turnstile()
    {
    }

    /// <summary>Who waits. See there who writes it.</summary>
    internal ref WaiterCount Waiters => ref _waiters;

    internal Partitions Partitions { get; } = new();

    /// <summary>Times from grant to release, as callers measured them.</summary>
    internal DurationHistogram Uses { get; } = new();

    /// <summary>Whether uses are timed. Written under the lock; a stale value costs one sample.</summary>
    internal bool CollectsMetrics { get; set; }

    /// <summary>Timestamp of the next tick: a session used now counts as idle from then on, never too early.</summary>
    internal long Tick
    {
        get => Volatile.Read(ref _tick);
        set => Volatile.Write(ref _tick, value);
    }

    internal long DoubleReleases => Volatile.Read(ref _doubleReleases);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void CountDoubleRelease() => Interlocked.Increment(ref _doubleReleases);

    internal void Time(TimeSpan used)
    {
        if (CollectsMetrics)
        {
            Uses.Add(used);
        }
    }

    /// <summary>Whether, as far as is known, callers share the sessions. Under the lock.</summary>
    internal void SetShares(bool shares)
    {
        Partitions.Shares = shares;
        if (!shares)
        {
            _recent.ForgetLatest();
        }
    }

    /// <summary>Leases a session of the caller's own partition, if nobody waits and one has room: one compare-exchange, no lock, no allocation.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="mode">How much.</param>
    /// <param name="taken">What was leased.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryPassAtOnce(in Caller caller, LeaseMode mode, out Taken taken)
    {
        if (!_waiters.Any && _recent.Latest is { } view)
        {
            return view.TryTakeNextIdle(caller, mode, out taken);
        }

        taken = default;
        return false;
    }

    /// <summary>As <see cref="TryPassAtOnce"/>, looking further: at what other callers saw last, and at sessions that are in use.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="mode">How much.</param>
    internal Taken TryPass(in Caller caller, LeaseMode mode) =>
        !_waiters.Any && (_recent.Find(caller) ?? LookUp(caller)) is { } view ? view.TryTake(caller, mode) : Taken.Nothing;

    /// <summary>Remembers the sessions a caller may look at; null when there are none.</summary>
    private SeatView? LookUp(in Caller caller)
    {
        if (Partitions.TryFind(caller)?.View is not { } view)
        {
            return null;
        }

        Interleaving.Point();

        // An empty one may be replaced before anybody could tell that it is old.
        if (view.Seats.Length > 0)
        {
            _recent.Remember(view);
            if (view.Partition.IsShared && !Partitions.Shares)
            {
                // It changed while this caller looked.
                _recent.ForgetLatest();
            }
        }

        return view;
    }

    /// <summary>Ends a lease whose outcome somebody has to hear of.</summary>
    /// <param name="entry">Its session.</param>
    /// <param name="ticket">Which lease, as <see cref="Ticket"/>.</param>
    /// <param name="outcome">Null: nothing was sent.</param>
    /// <returns>False when it had ended before.</returns>
    internal abstract bool Judge(SessionEntry entry, ulong ticket, LeaseOutcome? outcome);

    /// <summary>Takes a leased session out of sight of other callers, or back.</summary>
    internal abstract void SetAside(SessionEntry entry, bool isSetAside);

    /// <summary>Sees to what a permit that was freed leads to: somebody waits for it, or it was the last of a session that is to end.</summary>
    /// <param name="entry">The session.</param>
    /// <param name="isOrphan">The session was closed under the lease.</param>
    internal abstract void Attend(SessionEntry entry, bool isOrphan);
}
