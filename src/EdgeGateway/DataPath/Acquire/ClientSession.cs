using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Relay.Modern;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>What the gateway issued to a client as <c>Mcp-Session-Id</c>.</summary>
/// <param name="Issued">Its id. Only the principal that got it may use it.</param>
/// <param name="ServerId">The server it was issued for.</param>
/// <param name="Caller">Who it was issued to, and what its upstream sessions were opened with.</param>
/// <param name="ProtocolVersion">The revision agreed with the upstream.</param>
/// <param name="Binding">The client's own upstream session; null where sessions are shared.</param>
/// <param name="OwnsSession">True when no other client session will ever use the upstream session: then ids pass untouched.</param>
internal sealed record ClientSession(
    IssuedId Issued,
    string ServerId,
    Caller Caller,
    string ProtocolVersion,
    Binding<PooledUpstream>? Binding,
    bool OwnsSession)
{
    private static readonly ReadOnlyMemory<byte> LogLevelByDefault = "\"info\""u8.ToArray();

    // Made by whoever asks first (compare-exchange): ten thousand idle clients have none of them.
    private Subscriptions? _subscriptions;
    private ClientQuestions? _questions;
    private SemaphoreSlim? _replacing;

    // Written by the request that carries notifications/initialized, read when a lost session is replaced. Set once.
    private volatile bool _initialized;

    // Written by every request (a plain store: the order does not matter), read by the sweeper.
    private long _lastUsed;

    public string Id => Issued.Text;

    /// <summary>Requests whose ids were rewritten, so that a cancel finds them.</summary>
    public InFlightRequests InFlight { get; } = new();

    /// <summary>What the client declared in its handshake, canonical JSON: an upstream without sessions is told with each request.</summary>
    public string Capabilities { get; init; } = "{}";

    /// <summary>
    /// What it called itself, raw, for the same reason; empty where nobody knows: a later run of the gateway does not, and the revision
    /// only asks for it. Written before anybody knows the session's id.
    /// </summary>
    public ReadOnlyMemory<byte> ClientInfo { get; set; }

    /// <summary>The raw level of logging/setLevel, for the same reason; before the client has set one, what servers send by themselves.</summary>
    public ReadOnlyMemory<byte> LogLevel { get; private set; } = LogLevelByDefault;

    /// <summary>Whether the level is the client's own wish.</summary>
    public bool HasSetLogLevel { get; private set; }

    /// <summary>Resources it has subscribed to, where the upstream has no session that could know.</summary>
    public Subscriptions Subscriptions => LazyInitializer.EnsureInitialized(ref _subscriptions, static () => new());

    /// <summary>The upstream has no sessions: what one would keep is kept here.</summary>
    public bool IsVirtual { get; init; }

    /// <summary>Something is kept here that the next run of the gateway would not know. Written by the requests that leave it, once; never taken back.</summary>
    public bool IsIrreplaceable { get; set; }

    /// <summary>What an upstream without sessions waits for.</summary>
    public ClientQuestions Questions => LazyInitializer.EnsureInitialized(ref _questions, static () => new());

    /// <summary>Held by the one request that puts another upstream session in the place of a lost one. Never disposed: it has no handle.</summary>
    public SemaphoreSlim Replacing => LazyInitializer.EnsureInitialized(ref _replacing, static () => new(1));

    /// <summary>Whether the client has sent notifications/initialized.</summary>
    public bool Initialized
    {
        get => _initialized;
        set => _initialized = value;
    }

    public void SetLogLevel(ReadOnlyMemory<byte> rawLevel) => (LogLevel, HasSetLogLevel) = (rawLevel, true);

    /// <summary>Timestamp: when this run of the gateway first saw it.</summary>
    public long Began { get; private set; }

    /// <summary>Once, before anybody else sees the session.</summary>
    public void Begin(long timestamp) => Began = _lastUsed = timestamp;

    public void Touch(long timestamp) => Volatile.Write(ref _lastUsed, timestamp);

    public bool IsIdle(TimeProvider clock, TimeSpan limit) =>
        InFlight.IsEmpty && clock.GetElapsedTime(Volatile.Read(ref _lastUsed)) > limit;
}
