using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>The session whose stream a watcher listens to: one of its own, or, where sessions are shared, one that serves others meanwhile.</summary>
internal sealed class WatchedSession
{
    private readonly Binding<PooledUpstream>? _own;

    /// <summary>Of a session that is not its own. Never disposed: it has no handle.</summary>
    private CancellationTokenSource Ends { get; } = new();

    /// <summary>Nobody else uses it.</summary>
    public WatchedSession(Binding<PooledUpstream> own)
    {
        _own = own;
        Session = own.Session.Session;
    }

    /// <summary>Everybody uses it. A stream takes no permit, so the pool may close it as any other; then the stream ends, and with it this.</summary>
    public WatchedSession(UpstreamSession shared) => Session = shared;

    public UpstreamSession Session { get; }

    /// <summary>Whether it ends with its watcher.</summary>
    public bool IsOwn => _own is not null;

    /// <summary>Fires when nothing more will come.</summary>
    public CancellationToken Ended => _own?.Ended ?? Ends.Token;

    public void End(string reason)
    {
        _own?.End(reason);
        Ends.Cancel();
    }
}
