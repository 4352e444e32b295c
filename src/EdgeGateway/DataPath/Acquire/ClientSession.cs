using EdgeGateway.DataPath.Relay;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>What the gateway issued to a client as <c>Mcp-Session-Id</c>.</summary>
/// <param name="Id">256 random bits. Only the principal that got it may use it.</param>
/// <param name="ServerId">The server it was issued for.</param>
/// <param name="Caller">Who it was issued to, and what its upstream sessions were opened with.</param>
/// <param name="ProtocolVersion">The revision agreed with the upstream.</param>
/// <param name="Binding">The client's own upstream session; null where sessions are shared.</param>
/// <param name="OwnsSession">True when no other client session will ever use the upstream session: then ids pass untouched.</param>
internal sealed record ClientSession(
    string Id,
    string ServerId,
    Caller Caller,
    string ProtocolVersion,
    Binding<PooledUpstream>? Binding,
    bool OwnsSession)
{
    // Written by the request that carries notifications/initialized, read when a lost session is replaced. Set once.
    private volatile bool _initialized;

    // Written by every request (a plain store: the order does not matter), read by the sweeper.
    private long _lastUsed;

    /// <summary>Requests whose ids were rewritten, so that a cancel finds them.</summary>
    public InFlightRequests InFlight { get; } = new();

    /// <summary>Held by the one request that puts another upstream session in the place of a lost one. Never disposed: it has no handle.</summary>
    public SemaphoreSlim Replacing { get; } = new(1);

    /// <summary>Whether the client has sent notifications/initialized.</summary>
    public bool Initialized
    {
        get => _initialized;
        set => _initialized = value;
    }

    public void Touch(long timestamp) => Volatile.Write(ref _lastUsed, timestamp);

    public bool IsIdle(TimeProvider clock, TimeSpan limit) =>
        InFlight.IsEmpty && clock.GetElapsedTime(Volatile.Read(ref _lastUsed)) > limit;
}
