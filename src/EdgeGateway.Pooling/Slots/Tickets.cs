using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Slots;

/// <summary>The latest <see cref="Ticket"/> of each permit of a session. Together they count its leases.</summary>
[InlineArray(Permit.Most + 1)]
internal struct Tickets
{
    private ulong _first;

    /// <summary>Leases out, and leases that have ended: of one moment each, and no lease is missing in their sum.</summary>
    public (int InFlight, long Served) Leases
    {
        get
        {
            var ended = 0L;
            var held = 0;
            foreach (ref var ticket in (Span<ulong>)this)
            {
                Interleaving.Point();
                var seen = Volatile.Read(ref ticket);
                ended += Ticket.Ended(seen);
                held += Ticket.IsOut(seen) ? 1 : 0;
            }

            return (held, ended);
        }
    }

    public static Tickets Unused()
    {
        var tickets = default(Tickets);
        for (var permit = 0; permit <= Permit.Most; permit++)
        {
            tickets[permit] = Ticket.Unused(permit);
        }

        return tickets;
    }

    /// <summary>The permit's holder begins a lease.</summary>
    /// <returns>Its ticket.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Begin(int permit)
    {
        ref var latest = ref LatestOf(permit);
        Interleaving.Point();
        var ticket = latest + Ticket.Step;
        Volatile.Write(ref latest, ticket);
        return ticket;
    }

    /// <summary>False when the lease has ended before. Decided by one compare-exchange.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnd(ulong ticket)
    {
        Interleaving.Point();
        return Interlocked.CompareExchange(ref LatestOf(Ticket.Permit(ticket)), ticket + Ticket.Step, ticket) == ticket;
    }

    /// <summary>Not checked against the length: permits are the engine's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ref ulong LatestOf(int permit) => ref Unsafe.Add(ref Unsafe.As<Tickets, ulong>(ref this), (nint)(uint)permit);
}
