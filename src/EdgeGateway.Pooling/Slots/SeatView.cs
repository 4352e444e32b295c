using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// The sessions of a partition that took leases when this was made, in the order of the ring. Immutable; a change is a new one. It carries
/// all a caller is compared with, so that the way to a lease follows few references.
/// </summary>
internal sealed class SeatView
{
    private readonly SessionClass _class;
    private readonly Credential _credential;
    private readonly string? _principal;
    private Cursor _cursor;

    // Written under the pool's lock when another takes its place; read by acquirers, who then look that one up.
    private volatile bool _isOld;
    private volatile bool _takesNextIdle;

    /// <param name="partition">Whose sessions.</param>
    /// <param name="seats">Them.</param>
    /// <param name="placement">Which is picked.</param>
    /// <param name="turns">For <c>weighted</c>: whose turn it is; else null.</param>
    /// <param name="before">What this takes the place of: the strategy goes on where it stood.</param>
    public SeatView(Partition partition, Seat[] seats, PlacementKind placement, Turns? turns, SeatView? before)
    {
        Partition = partition;
        Seats = seats;
        Placement = placement;
        Turns = turns;
        _takesNextIdle = placement == PlacementKind.RoundRobin || (placement == PlacementKind.LeastConnections && LeastConnections.IsExact(seats));
        _class = partition.Kind.Class;
        _credential = partition.Kind.Credential;
        _principal = partition.Principal;
        if (before is not null && before.Placement == placement)
        {
            var stood = before._cursor.Value;
            _cursor.Value = turns is not null ? (ReferenceEquals(turns.Round, before.Turns?.Round) ? stood : 0)
                : stood < before.Seats.Length ? PositionFrom(seats, before.Seats[stood].Place)
                : 0;
        }
    }

    public Partition Partition { get; }

    public Seat[] Seats { get; }

    public PlacementKind Placement { get; }

    public Turns? Turns { get; }

    /// <summary>Where the strategy stands.</summary>
    public ref Cursor Cursor => ref _cursor;

    /// <summary>The isolation rule: the same principal unless shared, the same credential, the same class. False once another view has taken its place.</summary>
    public bool IsFor(in Caller caller)
    {
        Interleaving.Point();
        return !_isOld
            && (IsSame(caller)
                || (_credential.Equals(caller.Credential)
                    && (_principal is null ? _class.ProtocolVersion == caller.Class.ProtocolVersion && !_class.DeclaresCapabilities : _class == caller.Class)
                    && (_principal is null || string.Equals(_principal, caller.Principal, StringComparison.Ordinal))));
    }

    /// <summary>Another has taken its place: what was changed holds from the next request on.</summary>
    public void Retire()
    {
        Interleaving.Point();
        _isOld = true;
        Interleaving.Point();
        _takesNextIdle = false;
    }

    /// <summary>
    /// Leases the session whose turn it is, if the strategy does no more than that while none is out on it: the default, and what
    /// <see cref="LeastConnections"/> comes to. Otherwise <see cref="TryTake"/> has to look.
    /// </summary>
    /// <param name="caller">Who asks; nothing is leased to one these sessions are not for.</param>
    /// <param name="mode">How much; where sessions are shared an exclusive wish takes one permit.</param>
    /// <param name="taken">What was leased.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeNextIdle(in Caller caller, LeaseMode mode, out Taken taken)
    {
        Interleaving.Point();
        if (_takesNextIdle && IsSame(caller))
        {
            var seats = Seats;
            var next = _cursor.Value;
            if ((uint)next < (uint)seats.Length)
            {
                ref readonly var seat = ref seats[next];
                var permit = mode == LeaseMode.Exclusive && _principal is not null ? Permit.Exclusive : Permit.First;
                if (seat.TryTakeIdle(permit))
                {
                    _cursor.Value = next + 1 < seats.Length ? next + 1 : 0;
                    taken = new(seat.Entry, permit);
                    return true;
                }
            }
        }

        taken = default;
        return false;
    }

    /// <summary>Leases one of the sessions. Under the pool's lock or not.</summary>
    /// <param name="caller">Who asks; <c>sticky</c> hashes its key.</param>
    /// <param name="mode">How much; where sessions are shared an exclusive wish takes one permit.</param>
    public Taken TryTake(in Caller caller, LeaseMode mode)
    {
        var wanted = _principal is null ? LeaseMode.Shared : mode;
        return Placement switch
        {
            PlacementKind.RoundRobin => RoundRobin.TryTake(this, wanted, caller),
            PlacementKind.LeastConnections => LeastConnections.TryTake(this, wanted, caller),
            PlacementKind.Sticky => Sticky.TryTake(this, wanted, caller),
            PlacementKind.Weighted => Weighted.TryTake(this, wanted, caller),
            _ => MostRecent.TryTake(this, wanted, caller),
        };
    }

    /// <summary>Where everything is the same object, it is equal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsSame(in Caller caller) =>
        ReferenceEquals(_class, caller.Class) && ReferenceEquals(_credential, caller.Credential) && (_principal is null || ReferenceEquals(_principal, caller.Principal));

    /// <summary>The first position at or after a place of the ring: where a strategy that was to look there next goes on. The first of all when there is none.</summary>
    public static int PositionFrom(ReadOnlySpan<Seat> seats, int place)
    {
        for (var position = 0; position < seats.Length; position++)
        {
            if (seats[position].Place >= place)
            {
                return position;
            }
        }

        return 0;
    }
}
