using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// The sessions one kind of caller may use, and where its strategy stands. The view is written under the pool's lock and read by acquirers
/// without it: whatever view they read, a seat's word decides.
/// </summary>
internal sealed class Partition
{
    private SeatView _view;
    private long _turn;

    /// <param name="principal">Null where sessions are shared between principals; empty for those nobody has used yet.</param>
    /// <param name="kind">What the sessions were opened as and with.</param>
    public Partition(string? principal, Kind kind)
    {
        Principal = principal;
        Kind = kind;
        _view = new SeatView(this, [], PlacementKind.RoundRobin, null, null);
    }

    public string? Principal { get; }

    public Kind Kind { get; }

    /// <summary>Whoever asks shares these sessions.</summary>
    public bool IsShared => Principal is null;

    /// <summary>Sessions nobody has used yet.</summary>
    public bool IsStock => Principal is "";

    /// <summary>Nobody waited for it and nothing sat in it, and another object may stand for the same by now. Under the lock.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>The lines before it; see <see cref="Line.WaitingLine{TSession}"/>. Under the lock.</summary>
    public object? Lanes { get; set; }

    /// <summary>Somebody stands in one of them.</summary>
    public int Waiting { get; set; }

    /// <summary>Sessions in the ring that are its own, whether they take leases or not. Under the lock.</summary>
    public int Inhabitants { get; set; }

    public SeatView View => Volatile.Read(ref _view);

    public bool HasSeats => View.Seats.Length > 0;

    /// <summary>For people: no secret, no fingerprint.</summary>
    public string Display => $"{Principal ?? "shared"} · {Kind.Class.ProtocolVersion}{(Kind.Class.DeclaresCapabilities ? " · with capabilities" : "")}";

    /// <summary>Leases one of the sessions, as <see cref="SeatView.TryTake"/>.</summary>
    public Taken TryTake(in Caller caller, LeaseMode mode) => View.TryTake(caller, mode);

    /// <summary>Which session the strategy would pick next, or null: for a stock, whose sessions are not leased but taken out.</summary>
    public SessionEntry? Pick(in Caller caller)
    {
        // Only the holder of the pool's lock takes from a stock: what is leased here is given back unchanged.
        var taken = TryTake(caller, LeaseMode.Exclusive);
        taken.Entry?.Free(taken.Permit, out _);
        return taken.Entry;
    }

    /// <summary>Tells callers of other sessions, or another strategy. Cursors go on where they stood. Under the lock.</summary>
    public void Show(Seat[] seats, PlacementKind placement, EndpointShares shares)
    {
        var before = View;
        var turns = placement == PlacementKind.Weighted ? Turns.Of(shares.Round(seats), before, seats) : null;
        Volatile.Write(ref _view, new SeatView(this, seats, placement, turns, before));
        before.Retire();
    }

    /// <summary>Numbers the leases, where their order matters.</summary>
    public long NextTurn() => Interlocked.Increment(ref _turn);

    /// <summary>Whether this was the last numbered lease's session.</summary>
    public bool IsLastTurn(long turn) => turn != 0 && turn == Volatile.Read(ref _turn);
}
