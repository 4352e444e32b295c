using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>The session whose stream a watcher listens to: one of its own, or, where sessions are shared, one that serves others meanwhile.</summary>
internal sealed class WatchedSession
{
    private readonly Binding<PooledUpstream>? _own;

    private readonly CancellationTokenRegistration _closing;

    /// <summary>Of a session that is not its own. Never disposed: it has no handle.</summary>
    private CancellationTokenSource Ends { get; } = new();

    /// <summary>Nobody else uses it.</summary>
    public WatchedSession(Binding<PooledUpstream> own)
    {
        _own = own;
        Session = own.Session.Session;
        Ended = own.Ended;
    }

    /// <summary>Everybody uses it. A stream takes no permit, so the pool may close it as any other, or put one of another connection in its place; then this ends.</summary>
    public WatchedSession(PooledUpstream shared)
    {
        Session = shared.Session;
        Ended = Ends.Token;
        _closing = shared.Closed.UnsafeRegister(static ends => ((CancellationTokenSource)ends!).Cancel(), Ends);
    }

    public UpstreamSession Session { get; }

    /// <summary>Whether it ends with its watcher.</summary>
    public bool IsOwn => _own is not null;

    /// <summary>Fires when nothing more will come.</summary>
    public CancellationToken Ended { get; }

    public void End(string reason)
    {
        _own?.End(reason);
        _closing.Unregister();
        Ends.Cancel();
    }
}
