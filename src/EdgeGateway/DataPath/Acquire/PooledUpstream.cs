using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>An upstream MCP session in the pool's eyes.</summary>
internal sealed class PooledUpstream(UpstreamSession session, string displayId) : IPooledSession
{
    /// <summary>Never disposed: it has no handle, and whoever listens may ask late.</summary>
    private CancellationTokenSource Closing { get; } = new();

    private readonly Lock _lock = new();

    // Read and written under the lock: completes when everything that must reach the server before the session's end has, or was given up.
    private Task _owed = Task.CompletedTask;

    public UpstreamSession Session { get; } = session;

    public string DisplayId { get; } = displayId;

    /// <summary>The level the server was told for this session, −1 for none. Written and read by the request that has the session to itself; on a shared one by any, and who differs last has his way.</summary>
    public int LogLevel { get; set; } = -1;

    /// <summary>Whether the server can run calls as tasks. Asked once for each session, not for each call.</summary>
    public bool HasTasks { get; } = JsonMembers.Locate(JsonMembers.Find(session.InitializeResult.Span, "capabilities"u8), "tasks"u8).Exists;

    /// <summary>What the server said of itself, raw JSON; empty when it said nothing.</summary>
    public ReadOnlyMemory<byte> ServerInfo { get; } =
        JsonMembers.Locate(session.InitializeResult.Span, "serverInfo"u8) is { Exists: true } found ? found.Of(session.InitializeResult) : default;

    public bool IsStateful => Session.IsStateful;

    /// <summary>Index of the server's endpoint it is open at.</summary>
    public int Endpoint { get; init; }

    /// <summary>Whether a later run of the gateway could go on with it.</summary>
    public bool IsResumable { get; init; }

    /// <summary>Whether its client has an id that says how. Written when that id is issued, read when the gateway ends.</summary>
    public bool IsSealed { get; set; }

    public bool EndsWithGateway => !IsSealed;

    /// <summary>Fires when the pool closes it. A server without sessions does not end the streams of one that is closed, so they must end by this.</summary>
    public CancellationToken Closed => Closing.Token;

    private Task Owed
    {
        get
        {
            lock (_lock)
            {
                return _owed;
            }
        }
    }

    /// <summary>The session is not ended before this has completed.</summary>
    /// <param name="sending">On its way to the server. Bounded, and does not fail.</param>
    public void CloseAfter(Task sending)
    {
        lock (_lock)
        {
            _owed = _owed.IsCompleted ? sending : Task.WhenAll(_owed, sending);
        }
    }

    public async ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken) =>
        await Session.PingAsync(cancellationToken) switch
        {
            ReplyKind.SessionGone => ProbeResult.SessionGone,
            ReplyKind.Fault => ProbeResult.ServerFault,
            _ => ProbeResult.Alive,
        };

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await Closing.CancelAsync();
        await Owed;
        await Session.CloseAsync(cancellationToken);
    }
}
