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
/// Everything the pool knows, and the few changes that keep it consistent. All of it is read and written under <see cref="Gate"/>, but for
/// what requests touch without it (<see cref="Turnstile"/>, the slots' words); whoever holds the gate decides, whoever leaves it carries
/// the <see cref="Effects{TSession}"/> out. Here is what it knows; where callers find sessions is in <c>PoolState.Seating</c>, how sessions
/// are bound and end in <c>PoolState.Ending</c>.
/// </summary>
internal sealed partial class PoolState<TSession>(
    PoolOptions options, ISessionOpener<TSession> opener, SessionCap cap, TimeProvider clock, Random random, Turnstile turnstile)
    where TSession : class, IPooledSession
{
    // Written under the gate; read without it where any of the last configurations will do.
    private volatile PoolOptions _options = options;

    public Turnstile Turnstile { get; } = turnstile;

    public Gate Gate { get; } = new();

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

    public LeaseTable ExtraLeases { get; } = new();

    public WaitingLine<TSession> Line { get; } = new(turnstile);

    public HashSet<Binding<TSession>> Bindings { get; } = [];

    public List<Opening<TSession>> Openings { get; } = [];

    /// <summary>Bound no more, closed when their last request ends.</summary>
    public HashSet<SessionEntry<TSession>> Leaving { get; } = [];

    /// <summary>Closed while leases on them were out that have not ended yet.</summary>
    public HashSet<SessionEntry<TSession>> Orphaned { get; } = [];

    /// <summary>Sessions whose close upstream runs or is to run: each still takes one of the gateway's places.</summary>
    public int Closing { get; set; }

    public Counters Counters { get; } = new();

    public EventRing Events { get; } = new(clock);

    /// <summary>Paces the stock's handshakes.</summary>
    public Backoff StockBackoff { get; } = new(clock, random);

    /// <summary>Paces handshakes for callers that have a busy session to wait for.</summary>
    public Backoff GrowthBackoff { get; } = new(clock, random);

    public Breaker[] Breakers { get; set; } = NewBreakers(options, clock, random);

    /// <summary>What each endpoint's part of the requests is under <c>weighted</c>.</summary>
    public EndpointShares Shares { get; set; } = new(options.EndpointWeights);

    public PoolPhase Phase { get; set; }

    /// <summary>Counts connections: sessions of an older one are not used any more.</summary>
    public int Generation { get; set; }

    /// <summary>Unbound sessions to hold when nobody waits.</summary>
    public int Desired { get; set; } = options.Size;

    /// <summary>Sessions to open beyond <see cref="Desired"/>, because as many are about to be closed for their age.</summary>
    public int Replacing { get; set; }

    /// <summary>Whether the pool ever held what it desires: until then it is warming.</summary>
    public bool WasWarm { get; set; }

    /// <summary>What the last handshake proved. Until one did, the upstream counts as stateful.</summary>
    public bool IsStateless { get; set; }

    /// <summary>Classes of recent bindings and callers, latest first.</summary>
    public RecentClasses Classes { get; } = new(options.DefaultClass, clock);

    public string? LastOpenError { get; set; }

    /// <summary>Timestamp of it.</summary>
    public long LastOpenFailedAt { get; set; }

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
            foreach (var entry in Ring.Entries)
            {
                stock -= entry is { State: EntryState.Draining } ? 1 : 0;
            }

            return stock;
        }
    }

    /// <summary>Unbound sessions that are not on their way out.</summary>
    public int Ready
    {
        get
        {
            var ready = 0;
            foreach (var entry in Ring.Entries)
            {
                ready += entry is { State: EntryState.Ready } ? 1 : 0;
            }

            return ready;
        }
    }

    /// <summary>Whether one more session may be given up for its age: never more than a fifth of the stock is missing for that.</summary>
    public bool MayRetireOld => Desired - Ready < Math.Max(1, Desired / 5);

    public bool AllCircuitsOpen
    {
        get
        {
            foreach (var breaker in Breakers)
            {
                if (breaker.State != CircuitState.Open || breaker.Allows)
                {
                    return false;
                }
            }

            return true;
        }
    }

    public TimeSpan ShortestPause => Breakers.Min(static breaker => breaker.Remaining);

    /// <exception cref="ArgumentOutOfRangeException">The options are outside what slots can express.</exception>
    public static Breaker[] NewBreakers(PoolOptions options, TimeProvider clock, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.EndpointWeights.Count, 64, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxSize, 1000, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxConcurrency, Permit.Most, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConcurrency, 1, nameof(options));
        return [.. options.EndpointWeights.Select(_ => new Breaker(clock, random))];
    }

    /// <summary>Whether a session serves whoever asks: the operator said so, or the upstream proved that it keeps nothing.</summary>
    public bool IsShared(SessionEntry entry) => !IsDirect && (Options.Isolation == Isolation.Shared || (Options.Isolation == Isolation.Auto && !entry.IsStateful));

    /// <summary>The partition a session belongs to after serving this caller.</summary>
    public Partition OwnerAfter(in Ask ask, SessionEntry entry) => IsShared(entry) ? entry.Kind.Shared : ask.Own;

    /// <summary>
    /// Finds the caller's partition, once for all that follows. A stored credential means the present one, whatever its caller saw; and where
    /// sessions are shared nobody's capabilities count.
    /// </summary>
    public Ask Resolve(in Ask ask)
    {
        var caller = ask.Caller.Credential.IsStored ? ask.Caller with { Credential = Options.Credential } : ask.Caller;
        return ask with { Own = Turnstile.Partitions.OwnOf(Normalize(caller), isPresent: !ask.Replaces) };
    }

    /// <summary>Whether callers share may have changed: then who waits, waits for another kind of session now.</summary>
    public void FollowSharing()
    {
        if (Turnstile.Partitions.Shares != SharesByDefault)
        {
            Turnstile.SetShares(SharesByDefault);
            Line.Rearrange(ask => Resolve(ask), IsSticky);
        }
    }

    public Caller Normalize(in Caller caller) => caller with { Class = Partitions.ClassOf(caller, SharesByDefault) };

    /// <summary>What happened so far.</summary>
    public Totals Totals()
    {
        var releases = Counters.PastReleases;
        var used = Counters.PastUsed;
        var inFlight = 0;
        foreach (var entry in Ring.Entries)
        {
            Count(entry);
        }

        foreach (var entry in Leaving)
        {
            Count(entry);
        }

        foreach (var entry in Orphaned)
        {
            Count(entry);
        }

        foreach (var binding in Bindings)
        {
            Count(binding.Entry.State == EntryState.Closed ? null : binding.Entry);
        }

        return new Totals(releases, inFlight, used, releases - Counters.NotHealthy, Counters.Faulty, Counters.Timeouts);

        void Count(SessionEntry? entry)
        {
            if (entry is not null)
            {
                var (running, ended) = entry.Leases;
                var served = ended - entry.Buried;
                releases += served;
                inFlight += running;
                used += served + running > 0 ? 1 : 0;
            }
        }
    }

    public void Tell(Effects<TSession> effects, string kind, SessionEntry? entry, string reason, int endpoint = -1, TimeSpan took = default, bool isEnd = false, string? purpose = null) =>
        effects.Events.Add(Events.Add(kind, entry?.DisplayId, entry?.Endpoint ?? endpoint, reason, took, isEnd, purpose));

    /// <summary>Somebody in line got a lease.</summary>
    /// <param name="joined">Timestamp.</param>
    public void CountWait(long joined)
    {
        Counters.Waited++;
        TimeWait(joined);
    }

    /// <summary>Under the lock or not.</summary>
    public void TimeWait(long joined)
    {
        if (Options.CollectMetrics)
        {
            Counters.Waits.Add(Clock.GetElapsedTime(joined));
        }
    }

    public void CountWaits() => Counters.CountWaits(Totals().Acquisitions, Options.CollectMetrics);

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
            opening.IsCalledOff = true;
            effects.CallOffs.Add(opening.CallOff);
        }
    }
}
