namespace EdgeGateway.Pooling;

/// <summary>One immutable configuration of a pool. A change is a new instance, swapped in live by <c>SessionPool.Apply</c>.</summary>
public sealed record PoolOptions
{
    /// <summary>Off means: no stock, one upstream session per client session or per session-less call, under the same limits.</summary>
    public bool Enabled { get; init; }

    /// <summary>Which session is picked.</summary>
    public PoolStrategy Strategy { get; init; } = PoolStrategy.RoundRobin;

    /// <summary>Who may share a session.</summary>
    public Isolation Isolation { get; init; } = Isolation.Auto;

    /// <summary>Sessions the pool holds when nothing else is asked of it, 1–1000. Bound sessions do not count.</summary>
    public int Size { get; init; } = 5;

    /// <summary>The least the auto-scaler may go down to, 1–<see cref="Size"/>.</summary>
    public int MinSize { get; init; } = 1;

    /// <summary>The most unbound sessions demand may open, <see cref="Size"/>–1000.</summary>
    public int MaxSize { get; init; } = 10;

    /// <summary>How long a caller waits for a session.</summary>
    public TimeSpan AcquireTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An unbound session idle for longer, above the desired number, is closed.</summary>
    public TimeSpan MaxIdleTime { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>An unbound session older than this (less up to 10 % jitter) is replaced, never mid-call.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>Whether the desired number follows demand between <see cref="MinSize"/> and <see cref="MaxSize"/>.</summary>
    public bool AutoScale { get; init; }

    /// <summary>A session idle for longer is probed.</summary>
    public TimeSpan HealthCheckInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The least success rate, in percent, of a session that stays, 1–100.</summary>
    public int HealthCheckThreshold { get; init; } = 70;

    /// <summary>How often sessions are spread over the endpoints anew.</summary>
    public TimeSpan RebalanceInterval { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Paces the closing of idle and old sessions.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether waits and uses are timed; counts are kept either way.</summary>
    public bool CollectMetrics { get; init; } = true;

    /// <summary>Requests at once on one shared session, 1–32.</summary>
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>Bound sessions at most: this many stateful clients at once.</summary>
    public int MaxClientSessions { get; init; } = 1000;

    /// <summary>A binding without a request and without an open stream for longer is ended.</summary>
    public TimeSpan ClientSessionIdle { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>Callers that may wait at once; 0 means 4 × <see cref="MaxSize"/> × <see cref="MaxConcurrency"/>.</summary>
    public int MaxPending { get; init; }

    /// <summary>How long one handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Weight of each endpoint, ≥ 1, in the order of the server's endpoints; never empty.</summary>
    public IReadOnlyList<int> EndpointWeights { get; init; } = [1];

    /// <summary>The class warmed up before any caller was seen.</summary>
    public required SessionClass DefaultClass { get; init; }

    /// <summary>The stored credential. A new one starts a new generation of sessions.</summary>
    public required Credential Credential { get; init; }

    /// <summary><see cref="MaxPending"/> with its default resolved.</summary>
    public int PendingLimit => MaxPending > 0 ? MaxPending : 4 * MaxSize * MaxConcurrency;
}
