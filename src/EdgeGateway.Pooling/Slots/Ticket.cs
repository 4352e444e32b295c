using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// One lease among all there are and were on a session, in one number: bits 0–5 say what it holds, a <see cref="Slots.Permit"/>; above them
/// stands how often that was taken and given back. The second release of a lease shows an old count, and changes nothing.
/// </summary>
internal static class Ticket
{
    /// <summary>From one that is out to one that is back, and from there to the next that is out.</summary>
    public const ulong Step = 1UL << CountShift;

    private const int CountShift = 6;
    private const int VersionShift = 32;

    /// <summary>Of a permit nobody has taken yet.</summary>
    public static ulong Unused(int permit) => (ulong)permit;

    /// <summary>Of a lease in a row of the <see cref="LeaseTable"/>.</summary>
    public static ulong OfRow(int row, int version) => ((ulong)version << VersionShift) | ((ulong)row << CountShift) | Slots.Permit.InTable;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Permit(ulong ticket) => (int)(ticket & (Step - 1));

    /// <summary>Leases on this permit that have ended.</summary>
    public static long Ended(ulong ticket) => (long)(ticket >> (CountShift + 1));

    /// <summary>Whether one is out.</summary>
    public static bool IsOut(ulong ticket) => (ticket & Step) != 0;

    /// <summary>The row, and the version of it, of a lease in the table.</summary>
    public static (int Row, int Version) Row(ulong ticket) => ((int)((uint)ticket >> CountShift), (int)(ticket >> VersionShift));
}
