using EdgeGateway.Pooling.Maintenance;
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
internal sealed class SessionEntry<TSession>(TSession session, int endpoint, SessionClass sessionClass, Credential credential, int generation, TimeProvider clock, double jitter)
    where TSession : class, IPooledSession
{
    public TSession Session { get; } = session;

    public int Endpoint { get; } = endpoint;

    public SessionClass Class { get; } = sessionClass;

    public Credential Credential { get; } = credential;

    public int Generation { get; } = generation;

    public long OpenedAt { get; } = clock.GetTimestamp();

    /// <summary>0–1: sessions opened at one moment are neither probed nor replaced at one.</summary>
    public double Jitter { get; } = jitter;

    /// <summary>Its place in the ring; −1 while bound.</summary>
    public int Slot { get; set; } = -1;

    public EntryState State { get; set; }

    /// <summary>Null while fresh. Set once, when the session is first used, and never changed: a used session belongs to one partition for good.</summary>
    public PartitionKey? Partition { get; set; }

    /// <summary>Opened for one request without a session; closed at its end.</summary>
    public bool OneShot { get; set; }

    /// <summary>The binding that ends together with this session, once its running requests have.</summary>
    public Binding<TSession>? LeavingBinding { get; set; }

    public int InFlight { get; set; }

    /// <summary>An exclusive lease is held.</summary>
    public bool Exclusive { get; set; }

    public long LastUsed { get; set; } = clock.GetTimestamp();

    public long LastProbed { get; set; } = clock.GetTimestamp();

    /// <summary>The breaker that waits for the verdict of the probe under way.</summary>
    public Breaker? ProbedFor { get; set; }

    /// <summary>Must not be handed on: a request on it did not end cleanly, or it was used under stricter rules.</summary>
    public bool Tainted { get; set; }

    public bool Probing { get; set; }

    /// <summary>The upstream forgot another session: this one serves nobody until a probe has shown that it is still known.</summary>
    public bool IsSuspect { get; set; }

    public long Served { get; set; }

    public string? LastError { get; set; }

    /// <summary>Why it drains.</summary>
    public string? LeaveReason { get; set; }

    public OutcomeWord Outcomes { get; } = new(clock);

    public bool IsFresh => Partition is null;

    public bool IsIdle => InFlight == 0;

    /// <summary>Past its lifetime less up to a tenth: replaced when idle, never mid-call.</summary>
    public bool IsOld(TimeProvider clock, TimeSpan lifetime) => clock.GetElapsedTime(OpenedAt) > lifetime * (1 - (0.1 * Jitter));

    public FreshKey FreshKey => new(Credential.Fingerprint, Class);
}
