using System.Collections.Concurrent;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;
using EdgeGateway.Telemetry;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>
/// Every client session of the gateway. Bound ones leave when their binding ends, whoever ends it; the others (shared sessions)
/// leave by DELETE or when idle for <c>client_session_idle</c>.
/// </summary>
internal sealed class ClientSessions : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(60);

    // Written by initialize, DELETE, ended bindings and the sweeper; read by every request without a lock.
    private readonly ConcurrentDictionary<string, ClientSession> _byId = new(StringComparer.Ordinal);

    // Unbound client sessions per server: a limit on memory. Written with the dictionary's own locks.
    private readonly ConcurrentDictionary<string, int> _unbound = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly RoutingTable _routes;
    private readonly ITimer _sweeper;

    private readonly ClientSessionIds _ids;
    private readonly IEndedSessions _ended;

    private readonly CallMeter _meter;

    public ClientSessions(TimeProvider clock, RoutingTable routes, ClientSessionIds ids, IEndedSessions ended, CallMeter? meter = null)
    {
        _meter = meter ?? CallMeter.None;
        _clock = clock;
        _routes = routes;
        _ids = ids;
        _ended = ended;
        using var _ = ExecutionContext.SuppressFlow(); // whichever request needed this first: it sweeps for all
        _sweeper = clock.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    public int Count => _byId.Count;

    /// <summary>The session, if it is this server's and this principal's. Somebody else's id looks exactly like an unknown one.</summary>
    public ClientSession? Find(string id, string serverId, Principal principal)
    {
        if (!_byId.TryGetValue(id, out var session) || session.ServerId != serverId || session.Caller.Principal != principal.Name)
        {
            return null;
        }

        session.Touch(_clock.GetTimestamp());
        return session;
    }

    /// <summary>Issues an id for a client with an upstream session of its own.</summary>
    /// <param name="route">The server.</param>
    /// <param name="binding">Holds that session.</param>
    /// <param name="protocolVersion">What is spoken with the client.</param>
    /// <param name="known">The id the client has from an earlier run of the gateway; null issues one.</param>
    public ClientSession AddBound(ServerRoute route, Binding<PooledUpstream> binding, string protocolVersion, IssuedId? known = null)
    {
        var upstream = binding.Session;
        var id = known ?? _ids.Issue(route.Server.Id, binding.Caller, upstream.Session.ProtocolVersion, upstream);
        upstream.IsSealed = id.Survives;
        var session = new ClientSession(
            id,
            route.Server.Id,
            binding.Caller,
            protocolVersion,
            binding,
            OwnsSession: known is not null || route.Pool.Options.Isolation != Isolation.User)
        {
            Capabilities = binding.Caller.Class.Capabilities,
            IsVirtual = upstream.Session.IsModern,
        };
        Add(session);
        binding.Ended.UnsafeRegister(static state => Forget(state), (this, session));
        return session;
    }

    /// <summary>Issues an id for a client without an upstream session of its own; null at the limit <c>max_client_sessions</c>.</summary>
    /// <param name="route">The server.</param>
    /// <param name="caller">Who gets it.</param>
    /// <param name="protocolVersion">What is spoken with the client.</param>
    /// <param name="capabilities">What it declared, canonical JSON.</param>
    /// <param name="isVirtual">Whether its upstream has no sessions at all.</param>
    /// <param name="known">The id the client has from an earlier run of the gateway; null issues one.</param>
    public ClientSession? TryAddUnbound(ServerRoute route, in Caller caller, string protocolVersion, string capabilities, bool isVirtual, IssuedId? known = null)
    {
        var limit = route.Pool.Options.MaxClientSessions;
        if (_unbound.AddOrUpdate(route.Server.Id, 1, static (_, count) => count + 1) > limit)
        {
            LeaveUnbound(route.Server.Id);
            return null;
        }

        var id = known ?? _ids.Issue(route.Server.Id, caller, protocolVersion, own: null, isVirtual);
        var session = new ClientSession(id, route.Server.Id, caller, protocolVersion, Binding: null, OwnsSession: false)
        {
            Capabilities = capabilities,
            IsVirtual = isVirtual,
        };
        Add(session);
        return session;
    }

    /// <summary>Whether some client session already holds the upstream session that an id of an earlier run names.</summary>
    public bool Holds(string serverId, SealedSession earlier) => earlier.UpstreamId is { } id && _byId.Values.Any(session =>
        session.ServerId == serverId && session.Binding?.Session is { } held && held.Endpoint == earlier.Endpoint && held.Session.SessionId == id);

    /// <summary>The client said DELETE. Completes when that would outlast the gateway's end.</summary>
    public Task EndAsync(ClientSession session)
    {
        var remembered = Remove(session);
        session.Binding?.End("the client ended its session");
        return remembered;
    }

    /// <summary>
    /// The client leaves something with a session that only this run of the gateway keeps. It goes on, but the next run does not let it in:
    /// a client that begins anew says it again, one that went on would miss it.
    /// </summary>
    public Task KeepAsync(ClientSession session)
    {
        if (session.IsIrreplaceable || !session.Issued.Survives)
        {
            return Task.CompletedTask;
        }

        session.IsIrreplaceable = true;
        return _ended.AddAsync(session.Issued.Content);
    }

    public void Dispose() => _sweeper.Dispose();

    private static void Forget(object? state)
    {
        var (sessions, session) = ((ClientSessions, ClientSession))state!;
        _ = sessions.Remove(session);
    }

    private void Add(ClientSession session)
    {
        session.Begin(_clock.GetTimestamp());
        _byId[session.Id] = session;
    }

    /// <summary>An ended id stays ended, also after a restart.</summary>
    private Task Remove(ClientSession session)
    {
        if (!_byId.TryRemove(session.Id, out _))
        {
            return Task.CompletedTask;
        }

        if (session.Binding is null)
        {
            LeaveUnbound(session.ServerId);
        }

        _meter.SessionEnded(session, _clock.GetElapsedTime(session.Began));
        return session.Issued.Survives && !session.IsIrreplaceable ? _ended.AddAsync(session.Issued.Content) : Task.CompletedTask;
    }

    private void LeaveUnbound(string serverId) => _unbound.AddOrUpdate(serverId, 0, static (_, count) => count - 1);

    private void Sweep()
    {
        foreach (var session in _byId.Values)
        {
            // A server that was deleted meanwhile has no route: its unbound sessions go too.
            if (session.Binding is null &&
                (_routes.Find(session.ServerId) is not { } route || session.IsIdle(_clock, route.Pool.Options.ClientSessionIdle)))
            {
                _ = Remove(session);
            }
        }
    }
}
