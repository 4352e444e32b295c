using System.Runtime.InteropServices;

namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// Where a strategy stands. Written by acquirers without a lock: two at once may both write, and then one turn is lost, never a session.
/// Alone on its cache lines.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct Cursor
{
    [FieldOffset(64)]
    private int _position;

    /// <summary>Where to look first.</summary>
    public int Value
    {
        readonly get
        {
            Interleaving.Point();
            return Volatile.Read(in _position);
        }

        set
        {
            Interleaving.Point();
            Volatile.Write(ref _position, value);
        }
    }
}
