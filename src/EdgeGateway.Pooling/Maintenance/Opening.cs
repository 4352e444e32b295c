using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What a handshake is for. It decides which limit it counts against.</summary>
internal enum OpeningPurpose : byte
{
    /// <summary>The stock.</summary>
    Warm,

    /// <summary>A waiting caller, within <c>max_size</c>.</summary>
    Grow,

    /// <summary>A waiting client session, outside the pool.</summary>
    Bind,

    /// <summary>To find out whether an endpoint that failed is back; outside the pool.</summary>
    Trial,
}

/// <summary>A handshake under way.</summary>
internal sealed class Opening<TSession>(
    ISessionOpener<TSession> opener, int endpoint, Breaker breaker, Kind kind, OpeningPurpose purpose, int generation, TimeProvider clock)
    where TSession : class, IPooledSession
{
    public ISessionOpener<TSession> Opener { get; } = opener;

    public int Endpoint { get; } = endpoint;

    /// <summary>The endpoint's breaker when the handshake began: it gets the verdict, though another configuration may be in force by then.</summary>
    public Breaker Breaker { get; } = breaker;

    /// <summary>What it is opened as and with.</summary>
    public Kind Kind { get; } = kind;

    public Credential Credential { get; } = kind.Credential;

    public OpeningPurpose Purpose { get; } = purpose;

    public int Generation { get; } = generation;

    /// <summary>Timestamp. Who waited then counts on it; who came later may have others, begun since.</summary>
    public long Began { get; } = clock.GetTimestamp();

    /// <summary>Nobody wants the session any more, and how it ends is nobody's fault. Under the lock.</summary>
    public bool IsCalledOff { get; set; }

    /// <summary>Says so to the handshake, on the pool's clock. Never disposed: calling off may come late, and a timer that is not set is held by nobody.</summary>
    public CancellationTokenSource CallOff { get; } = new(Timeout.InfiniteTimeSpan, clock);

    /// <summary>Whether it counts against <c>max_size</c>.</summary>
    public bool TakesPlace => Purpose is OpeningPurpose.Warm or OpeningPurpose.Grow;
}
