using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeGateway.Pooling.Line;

/// <summary>
/// How many callers stand in line or are about to. Written by the holder of the pool's lock, read by every acquirer and releaser without
/// it: alone on its cache lines, so that what lies beside it does not slow its readers down.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct WaiterCount
{
    [FieldOffset(64)]
    private int _count;

    public readonly bool Any
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Interleaving.Point();
            return Volatile.Read(in _count) != 0;
        }
    }

    /// <summary>A full fence: who looks for a free permit after this sees every one that was freed by somebody who did not see this.</summary>
    public void Announce()
    {
        Interleaving.Point();
        Interlocked.Increment(ref _count);
    }

    public void Withdraw()
    {
        Interleaving.Point();
        Interlocked.Decrement(ref _count);
    }
}
