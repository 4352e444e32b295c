using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;

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

    public ClientSessions(TimeProvider clock, RoutingTable routes)
    {
        _clock = clock;
        _routes = routes;
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
    public ClientSession AddBound(ServerRoute route, Binding<PooledUpstream> binding)
    {
        var session = new ClientSession(
            NewId(),
            route.Server.Id,
            binding.Caller,
            binding.Session.Session.ProtocolVersion,
            binding,
            OwnsSession: route.Pool.Options.Isolation != Isolation.User);
        Add(session);
        binding.Ended.UnsafeRegister(static state => Forget(state), (this, session));
        return session;
    }

    /// <summary>Issues an id for a client whose requests go to shared sessions; null at the limit <c>max_client_sessions</c>.</summary>
    public ClientSession? TryAddUnbound(ServerRoute route, in Caller caller, string protocolVersion)
    {
        var limit = route.Pool.Options.MaxClientSessions;
        if (_unbound.AddOrUpdate(route.Server.Id, 1, static (_, count) => count + 1) > limit)
        {
            LeaveUnbound(route.Server.Id);
            return null;
        }

        var session = new ClientSession(NewId(), route.Server.Id, caller, protocolVersion, Binding: null, OwnsSession: false);
        Add(session);
        return session;
    }

    /// <summary>The client said DELETE.</summary>
    public void End(ClientSession session)
    {
        Remove(session);
        session.Binding?.End("the client ended its session");
    }

    public void Dispose() => _sweeper.Dispose();

    private static string NewId()
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    private static void Forget(object? state)
    {
        var (sessions, session) = ((ClientSessions, ClientSession))state!;
        sessions.Remove(session);
    }

    private void Add(ClientSession session)
    {
        session.Touch(_clock.GetTimestamp());
        _byId[session.Id] = session;
    }

    private void Remove(ClientSession session)
    {
        if (_byId.TryRemove(session.Id, out _) && session.Binding is null)
        {
            LeaveUnbound(session.ServerId);
        }
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
                Remove(session);
            }
        }
    }
}
