using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Ring;
using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Stats;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling;

/// <summary>Whether the pool serves.</summary>
internal enum PoolPhase : byte
{
    Serving,
    Draining,
    Drained,

    /// <summary>Shut down; never serves again.</summary>
    Ended,
}

/// <summary>
/// Everything the pool knows, and the few changes that keep it consistent. All of it is read and written under <see cref="Gate"/>;
/// whoever holds the gate decides, whoever leaves it carries the <see cref="Effects{TSession}"/> out.
/// </summary>
internal sealed class PoolState<TSession>(PoolOptions options, ISessionOpener<TSession> opener, SessionCap cap, TimeProvider clock, Random random)
    where TSession : class, IPooledSession
{
    // Written under the gate; read without it where any of the last configurations will do.
    private volatile PoolOptions _options = options;

    public Lock Gate { get; } = new();

    public PoolOptions Options
    {
        get => _options;
        set => _options = value;
    }

    public ISessionOpener<TSession> Opener { get; set; } = opener;

    public SessionCap Cap { get; } = cap;

    public TimeProvider Clock { get; } = clock;

    public Random Random { get; } = random;

    public SlotRing<TSession> Ring { get; } = new(options.MaxSize);

    public LeaseTable<TSession> Leases { get; } = new();

    public WaitingLine<TSession> Line { get; } = new();

    public HashSet<Binding<TSession>> Bindings { get; } = [];

    public List<Opening<TSession>> Openings { get; } = [];

    /// <summary>Bound no more, closed when their last request ends.</summary>
    public HashSet<SessionEntry<TSession>> Leaving { get; } = [];

    /// <summary>Sessions whose close upstream runs or is to run: each still takes one of the gateway's places.</summary>
    public int Closing { get; set; }

    public Counters Counters { get; } = new(clock);

    public EventRing Events { get; } = new(clock);

    /// <summary>Paces the stock's handshakes.</summary>
    public Backoff StockBackoff { get; } = new(clock, random);

    /// <summary>Paces handshakes for callers that have a busy session to wait for.</summary>
    public Backoff GrowthBackoff { get; } = new(clock, random);

    public Breaker[] Breakers { get; set; } = NewBreakers(options, clock, random);

    public Placement Placement { get; set; } = Placement.For(options.Strategy, options.EndpointWeights, random);

    public PoolPhase Phase { get; set; }

    /// <summary>Counts connections: sessions of an older one are not used any more.</summary>
    public int Generation { get; set; }

    /// <summary>Unbound sessions to hold when nobody waits.</summary>
    public int Desired { get; set; } = options.Size;

    /// <summary>Whether the pool ever held what it desires: until then it is warming.</summary>
    public bool WasWarm { get; set; }

    /// <summary>What the last handshake proved. Until one did, the upstream counts as stateful.</summary>
    public bool IsStateless { get; set; }

    /// <summary>Classes of recent bindings and callers, latest first.</summary>
    public RecentClasses Classes { get; } = new(options.DefaultClass, clock);

    public string? LastOpenError { get; set; }

    /// <summary>How long the last handshake took.</summary>
    public TimeSpan HandshakeTime { get; set; }

    public long Now => Clock.GetTimestamp();

    /// <summary>No stock: one upstream session per client session or per session-less call.</summary>
    public bool IsDirect => !Options.Enabled || Options.Strategy == PoolStrategy.None;

    /// <summary>Whether fresh sessions are kept at all: not where only callers bring the credential.</summary>
    public bool HasStock => !IsDirect && Options.Credential.IsStored;

    public bool IsSticky => Options.Strategy == PoolStrategy.Sticky;

    /// <summary>Whether, as far as is known, whoever asks shares the sessions with others.</summary>
    public bool SharesByDefault => !IsDirect && (Options.Isolation == Isolation.Shared || (Options.Isolation == Isolation.Auto && IsStateless));

    /// <summary>Unbound sessions, those being opened included: what <c>max_size</c> limits.</summary>
    public int Places
    {
        get
        {
            var places = Ring.Count;
            foreach (var opening in Openings)
            {
                places += opening.TakesPlace && opening.Generation == Generation ? 1 : 0;
            }

            return places;
        }
    }

    /// <summary>Of those, the ones that are not on their way out: what <c>size</c> counts.</summary>
    public int Stock
    {
        get
        {
            var stock = Places;
            foreach (var entry in Ring.Slots)
            {
                stock -= entry is { State: EntryState.Draining } ? 1 : 0;
            }

            return stock;
        }
    }

    /// <summary>Whether one more session may be given up for its age: never more than a fifth of the stock is missing for that.</summary>
    public bool MayRetireOld
    {
        get
        {
            var ready = 0;
            foreach (var entry in Ring.Slots)
            {
                ready += entry is { State: EntryState.Ready } ? 1 : 0;
            }

            return Desired - ready < Math.Max(1, Desired / 5);
        }
    }

    public bool AllCircuitsOpen => Array.TrueForAll(Breakers, static breaker => breaker.State == CircuitState.Open && !breaker.Allows);

    public TimeSpan ShortestPause => Breakers.Min(static breaker => breaker.Remaining);

    public static Breaker[] NewBreakers(PoolOptions options, TimeProvider clock, Random random) =>
        [.. options.EndpointWeights.Select(_ => new Breaker(clock, random))];

    /// <summary>Whether a session serves whoever asks: the operator said so, or the upstream proved that it keeps nothing.</summary>
    public bool IsShared(SessionEntry<TSession> entry) =>
        Options.Isolation == Isolation.Shared || (Options.Isolation == Isolation.Auto && !entry.Session.IsStateful);

    /// <summary>The partition a session would belong to after serving this caller.</summary>
    public PartitionKey PartitionOf(in Caller caller, SessionEntry<TSession> entry) =>
        new(IsShared(entry) ? null : caller.Principal, caller.Credential.Fingerprint, caller.Class);

    /// <summary>Where sessions are shared no client capability is declared upstream: nobody in particular could answer for it.</summary>
    public Caller Normalize(in Caller caller) =>
        caller.Class.DeclaresCapabilities && SharesByDefault
            ? caller with { Class = caller.Class with { Capabilities = "{}" } }
            : caller;

    public Lease<TSession> Grant(ILeaseOwner pool, SessionEntry<TSession> entry, Binding<TSession>? binding, LeaseMode mode, TimeSpan waited)
    {
        var now = Now;
        Counters.Acquisitions++;
        Counters.Reused += entry.Served + entry.InFlight > 0 ? 1 : 0;
        if (Options.CollectMetrics)
        {
            Counters.Waits.Add(waited);
        }

        Counters.LastMinute.AddAcquisition();
        entry.InFlight++;
        entry.Exclusive = binding is null && mode == LeaseMode.Exclusive;
        entry.LastUsed = now;
        var (row, version) = Leases.Take(entry, binding, mode, now);
        return new Lease<TSession>(pool, entry.Session, row, version);
    }

    public void Tell(Effects<TSession> effects, string kind, SessionEntry<TSession>? entry, string reason, int endpoint = -1) =>
        effects.Events.Add(Events.Add(kind, entry?.Session.DisplayId, entry?.Endpoint ?? endpoint, reason));

    /// <summary>Takes the session out of the pool for good; its upstream close follows outside the lock.</summary>
    public void Close(SessionEntry<TSession> entry, string reason, Effects<TSession> effects, string kind = "closed")
    {
        if (entry.State == EntryState.Closed)
        {
            return;
        }

        entry.State = EntryState.Closed;
        if (entry.Slot >= 0)
        {
            Ring.Remove(entry);
        }

        if (entry.LeavingBinding is { } leaving)
        {
            entry.LeavingBinding = null;
            leaving.HasEnded = true;
            effects.Ends.Add(leaving.EndedSource);
        }

        Leaving.Remove(entry);
        Closing++;
        Counters.Destroys++;
        effects.Closings.Add(entry.Session);
        Tell(effects, kind, entry, reason);
    }

    /// <summary>Closes the session now, or when its last request has ended.</summary>
    public void Retire(SessionEntry<TSession> entry, string reason, Effects<TSession> effects)
    {
        if (entry.IsIdle)
        {
            Close(entry, reason, effects);
        }
        else if (entry.State == EntryState.Ready)
        {
            entry.State = EntryState.Draining;
            entry.LeaveReason = reason;
            if (entry.Slot < 0)
            {
                Leaving.Add(entry);
            }
        }
    }

    /// <summary>Tells a waiter that it waits in vain.</summary>
    public void Refuse(Waiter<TSession> waiter, Refusal refusal, Effects<TSession> effects)
    {
        Line.Leave(waiter);
        Counters.Rejections++;
        effects.Answers.Add((waiter, new Grant<TSession>(Refusal: refusal)));
    }

    /// <summary>Nobody wants what is being opened any more. The handshakes stay in the list until they have ended.</summary>
    public void CallOffOpenings(Effects<TSession> effects)
    {
        foreach (var opening in Openings)
        {
            effects.CallOffs.Add(opening.CallOff);
        }
    }

    /// <summary>Takes a session out of the stock, or a new one, and pins it.</summary>
    public Binding<TSession> Bind(SessionPool<TSession> pool, SessionEntry<TSession> entry, in Caller caller, Effects<TSession> effects)
    {
        if (entry.Slot >= 0)
        {
            Ring.Remove(entry);
        }

        entry.Partition = new PartitionKey(caller.Principal, caller.Credential.Fingerprint, caller.Class);
        var binding = new Binding<TSession>(pool, caller, entry, Now);
        Bindings.Add(binding);
        Counters.Bindings++;
        Tell(effects, "bound", entry, "a client session began");
        return binding;
    }

    /// <summary>Ends a binding: no more leases, streams end. Its session is closed, or returns to its user's partition.</summary>
    /// <param name="binding">Which.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="cut">Close at once; otherwise when the last request has ended.</param>
    /// <param name="effects">What follows.</param>
    public void EndBinding(Binding<TSession> binding, string reason, bool cut, Effects<TSession> effects)
    {
        var entry = binding.Entry;
        if (!Bindings.Remove(binding))
        {
            if (cut && ReferenceEquals(entry.LeavingBinding, binding))
            {
                Close(entry, reason, effects);
            }

            return;
        }

        binding.EndReason = reason;
        Tell(effects, "unbound", entry, reason);
        if (!cut && entry is { State: EntryState.Ready, IsIdle: false })
        {
            // Its running requests may finish, and for that their client must still be heard.
            binding.IsLeaving = true;
            entry.LeavingBinding = binding;
            Retire(entry, reason, effects);
            return;
        }

        binding.HasEnded = true;
        effects.Ends.Add(binding.EndedSource);
        var returns = Options.Isolation == Isolation.User && !IsDirect && Phase == PoolPhase.Serving && entry.State == EntryState.Ready
            && entry is { IsIdle: true, Tainted: false } && entry.Generation == Generation && Places < Options.MaxSize;
        if (returns)
        {
            Ring.Add(entry);
        }
        else if (cut)
        {
            Close(entry, reason, effects);
        }
        else
        {
            Retire(entry, reason, effects);
        }
    }
}
