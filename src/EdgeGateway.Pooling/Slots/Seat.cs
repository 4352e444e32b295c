using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// A session in a slot, as it was when callers were told of it. Immutable: when the session has left the slot, its word is of another
/// generation, and no permit can be taken by this.
/// </summary>
/// <param name="entry">The session, seated.</param>
/// <param name="permits">How many requests may run on it at once, 1–32.</param>
internal readonly struct Seat(SessionEntry entry, int permits)
{
    /// <summary>More than any session has in flight.</summary>
    public const int NoRoom = int.MaxValue;

    private readonly ulong _ready = entry.ReadyWord;
    private readonly ulong _capacity = (SlotWord.AllPermits >> (Permit.Most - permits)) & SlotWord.AllPermits;
    private readonly byte _endpoint = (byte)entry.Endpoint;
    private readonly short _place = (short)entry.Place;

    public SessionEntry Entry { get; } = entry;

    public int Place => _place;

    public int Endpoint => _endpoint;

    public int InFlight => SlotWord.InFlight(Entry.Slot.Read());

    /// <summary>Takes leases, and none is out.</summary>
    public bool IsIdle => Entry.Slot.Read() == _ready;

    public bool HasRoom(LeaseMode mode) => SlotWord.HasRoom(Entry.Slot.Read(), _ready, mode, _capacity);

    /// <summary>Requests running on it; <see cref="NoRoom"/> when it cannot take one more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int InFlightWithRoom(LeaseMode mode)
    {
        var word = Entry.Slot.Read();
        return SlotWord.HasRoom(word, _ready, mode, _capacity) ? SlotWord.InFlight(word) : NoRoom;
    }

    /// <summary>Takes a <see cref="Permit"/> of a session no lease is out on. One compare-exchange without a look before it, which would fetch the cache line twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeIdle(int permit)
    {
        var ready = _ready;
        return Entry.Slot.TryChange(ready, ready | Permit.Bit(permit));
    }

    /// <summary>Takes a <see cref="Permit"/>; −1 when there is no room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TryTake(LeaseMode mode) => Permit.TryTake(ref Entry.Slot, _ready, mode, _capacity);
}
