using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Slots;

/// <summary>What a lease holds of a session: one of 32 permits, all of them, or none of these but a row of the <see cref="LeaseTable"/>.</summary>
internal static class Permit
{
    /// <summary>All there are, in one lease.</summary>
    public const int Exclusive = 0;

    /// <summary>The first of those that are taken one by one; the last is <see cref="Most"/>.</summary>
    public const int First = 1;

    /// <summary>So many there are.</summary>
    public const int Most = 32;

    /// <summary>A row of the table.</summary>
    public const int InTable = 33;

    /// <summary>Its bit in the word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bit(int permit) => 1UL << permit;

    /// <summary>Takes a permit by one compare-exchange; −1 when there is no room.</summary>
    /// <param name="slot">Where.</param>
    /// <param name="ready">The word of the session meant, no permit out.</param>
    /// <param name="mode">One, or all.</param>
    /// <param name="capacity">The permits that exist, as bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TryTake(ref Slot slot, ulong ready, LeaseMode mode, ulong capacity)
    {
        for (; ; )
        {
            var word = slot.Read();
            if (!SlotWord.HasRoom(word, ready, mode, capacity))
            {
                return -1;
            }

            if (mode == LeaseMode.Exclusive)
            {
                if (slot.TryChange(word, ready | SlotWord.Exclusive))
                {
                    return Exclusive;
                }

                continue;
            }

            var permit = BitOperations.TrailingZeroCount(~word & capacity);
            if (slot.TryChange(word, word | Bit(permit)))
            {
                return permit;
            }
        }
    }
}
