using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling.Tests.Harness;

/// <summary>One partition of real slots without a pool around it: what a strategy picks, on the words it really picks from.</summary>
internal sealed class Rig : Turnstile
{
    private readonly SlotRing<FakeSession> _ring;
    private readonly EndpointShares _shares;
    private readonly PlacementKind _kind;
    private readonly int _permits;
    private readonly List<SessionEntry<FakeSession>> _entries = [];

    public Rig(PlacementKind kind, int[] endpoints, int permits = 32, int[]? weights = null, bool isShared = true)
    {
        _kind = kind;
        _permits = permits;
        _shares = new EndpointShares(weights ?? [.. Enumerable.Repeat(1, endpoints.Max() + 1)]);
        _ring = new SlotRing<FakeSession>(endpoints.Length);
        var opened = new Kind(PoolUnderTest.Plain, PoolUnderTest.Stored);
        Partition = new Partition(isShared ? null : "ann", opened);
        var breaker = new Breaker(TimeProvider.System, new Random(1));
        foreach (var (number, endpoint) in endpoints.Index())
        {
            var session = new FakeSession(number, endpoint, PoolUnderTest.Plain, PoolUnderTest.Stored, isStateful: !isShared);
            var entry = new SessionEntry<FakeSession>(session, this, endpoint, breaker, opened, 0, TimeProvider.System, 0);
            _ring.Add(entry);
            _entries.Add(entry);
        }

        Show();
    }

    public Rig(PlacementKind kind, int slots, int permits = 32)
        : this(kind, new int[slots], permits)
    {
    }

    internal Partition Partition { get; }

    public IReadOnlyList<int> InFlight => [.. _entries.Select(entry => SlotWord.InFlight(entry.Slot.Read()))];

    /// <summary>Leases a session and keeps it; −1 when the strategy would rather wait.</summary>
    public int Take(string key = "key", LeaseMode mode = LeaseMode.Shared) =>
        Partition.TryTake(PoolUnderTest.By("ann", stickyKey: key), mode) is { Entry: { } entry } taken ? Note(entry, taken.Permit) : -1;

    /// <summary>Leases a session and gives it back at once.</summary>
    public int Call(string key = "key", LeaseMode mode = LeaseMode.Shared)
    {
        var slot = Take(key, mode);
        if (slot >= 0)
        {
            Release(slot);
        }

        return slot;
    }

    /// <summary>Gives the lease that was taken last on a slot back.</summary>
    public void Release(int slot)
    {
        var (entry, ticket) = _leases[slot].Pop();
        entry.Release(ticket);
    }

    public void Remove(params int[] slots)
    {
        foreach (var slot in slots)
        {
            var entry = _entries[slot];
            var place = entry.Place;
            Assert.True(entry.TryLeaveIdle());
            _ring.Vacate(place);
            entry.Close();
        }

        Show();
    }

    public Dictionary<int, int> Count(int calls)
    {
        var counts = _entries.Where(entry => entry.State == EntryState.Ready).ToDictionary(entry => entry.Session.Number, _ => 0);
        for (var i = 0; i < calls; i++)
        {
            counts[Call()]++;
        }

        return counts;
    }

    internal override bool Judge(SessionEntry entry, ulong ticket, LeaseOutcome? outcome) => throw new InvalidOperationException("no lease of a rig ends badly");

    internal override void SetAside(SessionEntry entry, bool isSetAside) => throw new InvalidOperationException("no lease of a rig waits for a person");

    internal override void Attend(SessionEntry entry, bool isOrphan) => throw new InvalidOperationException("nobody waits in a rig");

    private readonly Dictionary<int, Stack<(SessionEntry Entry, ulong Ticket)>> _leases = [];

    private int Note(SessionEntry entry, int permit)
    {
        var slot = ((SessionEntry<FakeSession>)entry).Session.Number;
        if (!_leases.TryGetValue(slot, out var leases))
        {
            _leases[slot] = leases = new();
        }

        leases.Push((entry, entry.Begin(permit)));
        return slot;
    }

    private void Show() => Partition.Show(
        [.. _entries.Where(entry => entry.State == EntryState.Ready).Select(entry => new Seat(entry, _permits))], _kind, _shares);
}
