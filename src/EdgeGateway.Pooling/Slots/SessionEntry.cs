using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling.Slots;

/// <summary>How an open session stands in the pool.</summary>
internal enum EntryState : byte
{
    /// <summary>Takes leases.</summary>
    Ready,

    /// <summary>Takes no more leases; closed when the last one ends.</summary>
    Draining,

    /// <summary>Left the pool; its close runs or has run.</summary>
    Closed,
}

/// <summary>One open session with all the pool knows of it. Every field is read and written under the pool's lock.</summary>
internal sealed class SessionEntry<TSession>(TSession session, int endpoint, SessionClass sessionClass, Credential credential, int generation, long now, TimeSpan lifetime)
    where TSession : class, IPooledSession
{
    public TSession Session { get; } = session;

    public int Endpoint { get; } = endpoint;

    public SessionClass Class { get; } = sessionClass;

    public Credential Credential { get; } = credential;

    public int Generation { get; } = generation;

    public long OpenedAt { get; } = now;

    /// <summary>The configured lifetime less this session's jitter.</summary>
    public TimeSpan Lifetime { get; } = lifetime;

    /// <summary>Its place in the ring; −1 while bound.</summary>
    public int Slot { get; set; } = -1;

    public EntryState State { get; set; }

    /// <summary>Null while fresh. Set once, when the session is first used, and never changed: a used session belongs to one partition for good.</summary>
    public PartitionKey? Partition { get; set; }

    /// <summary>Opened for one request without a session; closed at its end.</summary>
    public bool OneShot { get; set; }

    public int InFlight { get; set; }

    /// <summary>An exclusive lease is held.</summary>
    public bool Exclusive { get; set; }

    public long LastUsed { get; set; } = now;

    public long LastProbed { get; set; } = now;

    public bool Probing { get; set; }

    /// <summary>The upstream forgot another session: this one serves nobody until a probe has shown that it is still known.</summary>
    public bool IsSuspect { get; set; }

    public long Served { get; set; }

    public string? LastError { get; set; }

    public OutcomeWord Outcomes { get; } = new();

    public bool IsFresh => Partition is null;

    public bool IsIdle => InFlight == 0;

    /// <summary>Past its lifetime: replaced when idle, never mid-call.</summary>
    public bool IsOld(TimeProvider clock) => clock.GetElapsedTime(OpenedAt) > Lifetime;

    public FreshKey FreshKey => new(Credential.Fingerprint, Class);
}
