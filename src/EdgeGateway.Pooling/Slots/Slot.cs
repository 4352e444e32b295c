using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// The word of a session's slot, see <see cref="SlotWord"/>. Written by whoever takes or gives back a permit and by the holder of the pool's
/// lock (both Interlocked); read by anybody. It lies in the session's entry: packed beside the words of other sessions, two that work on
/// different sessions would take one cache line from each other.
/// </summary>
internal struct Slot
{
    private ulong _word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Read()
    {
        Interleaving.Point();
        return Volatile.Read(in _word);
    }

    /// <summary>True when the word was still as it was seen; a full fence either way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryChange(ulong seen, ulong next)
    {
        Interleaving.Point();
        return Interlocked.CompareExchange(ref _word, next, seen) == seen;
    }
}
