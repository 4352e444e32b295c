using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// The views callers saw last, so that most find theirs without a hash. Written and read by acquirers without order: each is checked
/// against its caller before it is used, and whether it is still the present one.
/// </summary>
internal struct RecentCallers()
{
    /// <summary>Users that call at the same time; with more of them some are looked up by hash.</summary>
    public const int Capacity = 64;

    private readonly SeatView?[] _own = new SeatView?[Capacity];

    // What was looked up last: where sessions are shared nearly all callers look at it, and so does a user who is alone.
    private SeatView? _latest;

    /// <summary>Whatever view was looked up last: for this caller, or for another one.</summary>
    public readonly SeatView? Latest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Interleaving.Point();
            return Volatile.Read(in _latest);
        }
    }

    /// <summary>The view this caller saw last, or null.</summary>
    public readonly SeatView? Find(in Caller caller)
    {
        if (Latest is { } latest && latest.IsFor(caller))
        {
            return latest;
        }

        Interleaving.Point();
        var own = Volatile.Read(in _own[Index(caller.Principal)]);
        return own is not null && own.IsFor(caller) ? own : null;
    }

    public void Remember(SeatView view)
    {
        Interleaving.Point();
        Volatile.Write(ref _latest, view);
        if (!view.Partition.IsShared)
        {
            Volatile.Write(ref _own[Index(view.Partition.Principal!)], view);
        }
    }

    /// <summary>Callers do not share any more: nobody is to look at shared sessions first.</summary>
    public void ForgetLatest()
    {
        Interleaving.Point();
        Volatile.Write(ref _latest, null);
    }

    /// <summary>Spreads by length and three letters: hashing the whole name would cost more than the lease.</summary>
    public static int Index(string principal) =>
        ((principal.Length * 31) + (principal[0] * 17) + (principal[^1] * 7) + principal[principal.Length >> 1]) & (Capacity - 1);
}
