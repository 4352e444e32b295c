using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Slots;

/// <summary>Whether the session in a slot takes requests, as its word says.</summary>
internal enum SlotState : byte
{
    /// <summary>No session is in the slot.</summary>
    Empty,

    /// <summary>Takes requests.</summary>
    Ready,

    /// <summary>Takes none for now: its endpoint's circuit is not closed, or a probe is to show that it lives.</summary>
    Suspended,

    /// <summary>Takes no more; whoever frees the last permit sees to its end.</summary>
    Draining,
}

/// <summary>
/// One slot in 64 bits, so that one compare-exchange decides about all of it (pool.md section 4):
/// bit 0 an exclusive lease, 1–32 the permits that are out, 33–37 the state, 38 reserved, 40–63 the generation.
/// The generation counts how often the session has left a slot: what was read of it there never takes a permit anywhere else.
/// </summary>
internal static class SlotWord
{
    /// <summary>Every permit.</summary>
    public const ulong AllPermits = 0xFFFF_FFFFUL << Permit.First;

    /// <summary>One lease has the session to itself: in the place of all permits.</summary>
    public const ulong Exclusive = 1UL << Permit.Exclusive;

    /// <summary>Somebody waits for the whole session: no more shared permits until they had it.</summary>
    public const ulong Reserved = 1UL << 38;

    private const int StateShift = 33;
    private const int GenerationShift = 40;
    private const ulong StateBits = 0x1FUL << StateShift;

    /// <summary>No permit out, of a session that takes requests.</summary>
    public static ulong Ready(ulong generation) => (generation << GenerationShift) | ((ulong)SlotState.Ready << StateShift);

    public static ulong Empty(ulong generation) => generation << GenerationShift;

    public static ulong Generation(ulong word) => word >> GenerationShift;

    public static SlotState State(ulong word) => (SlotState)((word & StateBits) >> StateShift);

    public static ulong With(ulong word, SlotState state) => (word & ~StateBits) | ((ulong)state << StateShift);

    public static bool IsIdle(ulong word) => (word & (AllPermits | Exclusive)) == 0;

    /// <summary>No lease is out, and the session takes none: somebody has to see to what comes now.</summary>
    public static bool IsUp(ulong word) => IsIdle(word) && State(word) != SlotState.Ready;

    /// <summary>Leases out: an exclusive one counts as one.</summary>
    public static int InFlight(ulong word) => (word & Exclusive) != 0 ? 1 : BitOperations.PopCount(word & AllPermits);

    /// <summary>Whether a lease of this mode may be taken from a word.</summary>
    /// <param name="word">As read.</param>
    /// <param name="ready">The word of the session meant, with no permit out: another generation has no room.</param>
    /// <param name="mode">How much is wanted.</param>
    /// <param name="capacity">The permits that exist, as bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasRoom(ulong word, ulong ready, LeaseMode mode, ulong capacity) =>
        mode == LeaseMode.Exclusive ? (word & ~Reserved) == ready
        : (word & ~capacity) == ready ? (word & capacity) != capacity
        : HasRoomBeside(word, ready, capacity);

    /// <summary>After the capacity was lowered leases may still be out on permits that do not exist any more: then they are counted.</summary>
    private static bool HasRoomBeside(ulong word, ulong ready, ulong capacity) =>
        (word & ~AllPermits) == ready && BitOperations.PopCount(word & AllPermits) < BitOperations.PopCount(capacity);
}
