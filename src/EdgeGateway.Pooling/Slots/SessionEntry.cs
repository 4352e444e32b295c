using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling.Slots;

/// <summary>How an open session stands in the pool.</summary>
internal enum EntryState : byte
{
    /// <summary>Takes leases, unless it is suspended.</summary>
    Ready,

    /// <summary>Takes no more leases; closed when the last one ends.</summary>
    Draining,

    /// <summary>Left the pool; its close runs or has run.</summary>
    Closed,
}

/// <summary>
/// One open session with all the pool knows of it. Its word and its versions are written by whoever leases and releases (Interlocked);
/// everything else is read and written under the pool's lock, but for what says otherwise.
/// </summary>
internal abstract class SessionEntry(Turnstile turnstile, int endpoint, Breaker breaker, Kind kind, int generation, TimeProvider clock, double jitter)
{
    // One after the other: what a lease writes lies on one cache line, mostly, and what it only reads on others.
    private Slot _slot;

    // The latest of each permit. Moved on by whoever took the permit, and by whoever ends the lease: a compare-exchange decides who that is,
    // so that a second release changes nothing. Together they count the leases. Read by metrics.
    private Tickets _tickets = Tickets.Unused();

    // Written under the lock while no lease is out; read by leases.
    private ulong _ready;
    private bool _isSeated;
    private long _leasedBefore;

    public int Endpoint { get; } = endpoint;

    /// <summary>Its endpoint's. A lease that ends well reads whether it has to be told.</summary>
    public Breaker Breaker { get; } = breaker;

    /// <summary>What it was opened as and with.</summary>
    public Kind Kind { get; set; } = kind;

    /// <summary>Of the connection.</summary>
    public int Generation { get; } = generation;

    public long OpenedAt { get; } = clock.GetTimestamp();

    /// <summary>0–1: sessions opened at one moment are neither probed nor replaced at one.</summary>
    public double Jitter { get; } = jitter;

    public abstract string DisplayId { get; }

    public abstract bool IsStateful { get; }

    /// <summary>Its place in the ring; −1 while bound.</summary>
    public int Place { get; private set; } = -1;

    public EntryState State { get; private set; }

    /// <summary>Null while fresh. Set once, when the session is first used, and never changed: a used session belongs to one partition for good.</summary>
    public Partition? Owner { get; set; }

    /// <summary>Where callers find it: its owner, or the stock while it is fresh; null while it is in no slot of the ring.</summary>
    public Partition? Partition { get; set; }

    /// <summary>Opened for one request without a session; closed at its end.</summary>
    public bool OneShot { get; set; }

    /// <summary>Timestamp; at the granularity of a tick, never too early. Written by releasers without the lock, any of whom is late enough.</summary>
    public long LastUsed { get; set; } = clock.GetTimestamp();

    /// <summary>Its turn among its partition's leases. Written by acquirers without the lock.</summary>
    public long LastTurn { get; set; }

    public long LastProbed { get; set; } = clock.GetTimestamp();

    /// <summary>The breaker that waits for the verdict of the probe under way.</summary>
    public Breaker? ProbedFor { get; set; }

    /// <summary>Must not be handed on: a request on it did not end cleanly, or it was used under stricter rules.</summary>
    public bool Tainted { get; set; }

    public bool Probing { get; set; }

    /// <summary>The upstream forgot another session: this one serves nobody until a probe has shown that it is still known.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>The upstream forgot this one, and the others were asked.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Its lease waits for a person: who comes meanwhile is served by another, also under <c>sticky</c>.</summary>
    public bool IsSetAside { get; set; }

    public string? LastError { get; set; }

    /// <summary>Why it drains.</summary>
    public string? LeaveReason { get; set; }

    public OutcomeWord Outcomes { get; } = new();

    /// <summary>Leases beyond the word's permits, and those on a bound session whose replacement is under way. See <see cref="LeaseTable"/>.</summary>
    public int ExtraLeases { get; set; }

    /// <summary>Leases that ended in <see cref="LeaseTable"/>.</summary>
    public long ExtraReleases { get; set; }

    /// <summary>Permits that were out when the session was closed under them, and have not come back yet.</summary>
    public int Orphans { get; set; }

    /// <summary>Releases that were not a healthy answer, less probes that were.</summary>
    public long NotHealthy { get; set; }

    /// <summary>Releases that were counted among the past ones, when the session was closed.</summary>
    public long Buried { get; set; }

    public bool IsFresh => Owner is null;

    /// <summary>Nobody had it yet: neither a lease nor a client session. Where sessions are shared it is nobody's to claim all the same.</summary>
    public bool IsUnused => Owner is null or { IsShared: true } && Leases is (0, 0) && IsIdle;

    /// <summary>No permit is out. Unless the session takes no leases, the next moment may be another.</summary>
    public bool IsIdle => (_isSeated ? SlotWord.IsIdle(_slot.Read()) : Orphans == 0) && ExtraLeases == 0;

    public bool IsExclusive => _isSeated && (_slot.Read() & SlotWord.Exclusive) != 0;

    /// <summary>Whether one more shared lease might fit.</summary>
    public bool HasRoomFor(int permits) => _isSeated && _slot.Read() is var word && (word & SlotWord.Exclusive) == 0 && SlotWord.InFlight(word) < permits;

    /// <summary>Leases out, and leases that have ended: of one moment each, and no lease is missing in their sum.</summary>
    public (int InFlight, long Served) Leases
    {
        get
        {
            var (held, ended) = _tickets.Leases;
            return (held + ExtraLeases, ended + ExtraReleases);
        }
    }

    /// <summary>Whether anybody leased it since the last time this was called. Under the lock.</summary>
    public bool TakeWasLeased()
    {
        var (inFlight, served) = Leases;
        var leased = inFlight + served;
        var wasLeased = leased != _leasedBefore;
        _leasedBefore = leased;
        return wasLeased;
    }

    public int InFlight => Leases.InFlight;

    public long Served => Leases.Served;

    public long Healthy => Served - NotHealthy;

    public ref Slot Slot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _slot;
    }

    /// <summary>Its word with no permit out, as long as it stays in its slot.</summary>
    public ulong ReadyWord => _ready;

    /// <summary>Past its lifetime less up to a tenth: replaced when idle, never mid-call.</summary>
    public bool IsOld(TimeProvider clock, TimeSpan lifetime) => clock.GetElapsedTime(OpenedAt) > lifetime * (1 - (0.1 * Jitter));

    /// <summary>Puts the session into a slot: from now on it takes leases.</summary>
    /// <param name="place">In the ring; −1 for a slot outside it, to be bound.</param>
    public void Sit(int place)
    {
        var empty = _slot.Read();
        _ready = SlotWord.Ready(SlotWord.Generation(empty));
        _isSeated = _slot.TryChange(empty, _ready);
        Place = place;
        Debug.Assert(_isSeated && SlotWord.State(empty) == SlotState.Empty, "a session sits in one slot");
    }

    /// <summary>Takes an idle session out of its slot, so that nobody who saw it there can lease it; false when it is busy.</summary>
    public bool TryLeaveIdle() => ExtraLeases == 0 && TryLeave(onlyIdle: true, out _);

    /// <summary>Out of its slot and the pool, whoever uses it. Leases that are out end as orphans.</summary>
    public void Close()
    {
        if (_isSeated)
        {
            TryLeave(onlyIdle: false, out var orphans);
            Orphans = orphans;
        }

        State = EntryState.Closed;
    }

    /// <summary>No more leases.</summary>
    /// <returns>Whether none is out: then nobody else sees to its end.</returns>
    public bool StopLeasing()
    {
        State = EntryState.Draining;
        return SlotWord.IsIdle(Change(SlotState.Draining)) && ExtraLeases == 0;
    }

    /// <summary>No leases for now; those that are out go on.</summary>
    public void Suspend() => Change(SlotState.Suspended);

    public void Resume() => Change(SlotState.Ready);

    /// <summary>Whether its slot takes leases: callers may be told of it.</summary>
    public bool TakesLeases => State == EntryState.Ready && SlotWord.State(_slot.Read()) == SlotState.Ready;

    /// <summary>Takes a session that was just opened for one request, and lets nobody else in.</summary>
    public int TakeAll()
    {
        var permit = Permit.TryTake(ref _slot, _ready, LeaseMode.Exclusive, SlotWord.AllPermits);
        Suspend();
        return permit;
    }

    /// <summary>Takes one permit of a session that takes no more leases, as long as one is out; −1 otherwise.</summary>
    public int TryTakeWhileBusy()
    {
        for (var word = _slot.Read(); !SlotWord.IsIdle(word) && SlotWord.State(word) == SlotState.Draining; word = _slot.Read())
        {
            var permit = BitOperations.TrailingZeroCount(~word & SlotWord.AllPermits);
            Debug.Assert((word & SlotWord.Exclusive) == 0, "a bound session is shared by its client's requests");
            if (permit > Permit.Most)
            {
                return -1;
            }

            if (_slot.TryChange(word, word | Permit.Bit(permit)))
            {
                return permit;
            }
        }

        return -1;
    }

    public void Reserve() => SetReserved(true);

    public void Unreserve() => SetReserved(false);

    /// <inheritdoc cref="Tickets.Begin"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Begin(int permit) => _tickets.Begin(permit);

    /// <inheritdoc cref="Tickets.TryEnd"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnd(ulong ticket) => _tickets.TryEnd(ticket);

    /// <summary>Gives the permit back: this publishes it, and is a full fence.</summary>
    /// <param name="permit">Held by the caller until now: so the session is in the slot it was leased in, or was closed under the lease.</param>
    /// <param name="isOrphan">It was closed.</param>
    /// <returns>The word after it.</returns>
    public ulong Free(int permit, out bool isOrphan)
    {
        var taken = Permit.Bit(permit);
        for (; ; )
        {
            var word = _slot.Read();
            isOrphan = SlotWord.Generation(word ^ _ready) != 0;
            if (isOrphan || _slot.TryChange(word, word & ~taken))
            {
                return word & ~taken;
            }
        }
    }

    /// <summary>Ends a lease that ended well: no lock, unless somebody has to hear of it.</summary>
    /// <returns>False when it had ended before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Release(ulong ticket)
    {
        var permit = Ticket.Permit(ticket);
        if (permit == Permit.InTable || Breaker.HasFaults)
        {
            return turnstile.Judge(this, ticket, LeaseOutcome.Reusable);
        }

        if (!TryEnd(ticket))
        {
            turnstile.CountDoubleRelease();
            return false;
        }

        var tick = turnstile.Tick;
        if (LastUsed != tick)
        {
            LastUsed = tick;
        }

        // Mostly it is the only one, and the session takes leases: then the permit is all there is to see to.
        if (_slot.TryChange(_ready | Permit.Bit(permit), _ready))
        {
            if (turnstile.Waiters.Any)
            {
                turnstile.Attend(this, isOrphan: false);
            }
        }
        else
        {
            FreeAndAttend(permit);
        }

        return true;
    }

    /// <summary>Ends a lease somebody has to hear of; <paramref name="outcome"/> is null when nothing was sent.</summary>
    /// <returns>False when it had ended before.</returns>
    public bool Release(ulong ticket, LeaseOutcome? outcome) => turnstile.Judge(this, ticket, outcome);

    /// <summary>The lease on it waits for a person, or goes on.</summary>
    public void SetAside(bool isSetAside) => turnstile.SetAside(this, isSetAside);

    /// <summary>How long a lease was used, as its caller measured it.</summary>
    public void Time(TimeSpan used) => turnstile.Time(used);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FreeAndAttend(int permit)
    {
        var word = Free(permit, out var isOrphan);
        if (isOrphan || turnstile.Waiters.Any || SlotWord.IsUp(word))
        {
            turnstile.Attend(this, isOrphan);
        }
    }

    private void SetReserved(bool reserved)
    {
        for (; ; )
        {
            var word = _slot.Read();
            var next = reserved ? word | SlotWord.Reserved : word & ~SlotWord.Reserved;
            if (SlotWord.Generation(word) != SlotWord.Generation(_ready) || _slot.TryChange(word, next))
            {
                return;
            }
        }
    }

    /// <returns>The word before.</returns>
    private ulong Change(SlotState state)
    {
        for (; ; )
        {
            var word = _slot.Read();
            if (SlotWord.State(word) == state || _slot.TryChange(word, SlotWord.With(word, state)))
            {
                return word;
            }
        }
    }

    private bool TryLeave(bool onlyIdle, out int inFlight)
    {
        for (; ; )
        {
            var word = _slot.Read();
            inFlight = SlotWord.InFlight(word);
            if (onlyIdle && inFlight > 0)
            {
                return false;
            }

            if (_slot.TryChange(word, SlotWord.Empty(SlotWord.Generation(word) + 1)))
            {
                Place = -1;
                _isSeated = false;
                return true;
            }
        }
    }
}
