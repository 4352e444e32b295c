using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Lets clients of an earlier run of the gateway go on with their sessions (protocol.md section 5).</summary>
internal sealed class Readmission(ClientSessions sessions, ClientSessionIds ids, IEndedSessions ended, TimeProvider clock)
{
    private readonly Lock _gate = new();

    // Under the gate: those that were let in once, and so never again: who was ended since stays ended. Nobody else's id opens, so no
    // more than an earlier run issued in a day; later than that none can come.
    private readonly HashSet<SessionSerial> _seen = [];
    private readonly DateTimeOffset _over = clock.GetUtcNow() + ClientSessionIds.Life;

    /// <summary>The client session with this id; null when there is none to go on with.</summary>
    /// <param name="id">As the client sent it; not one of <see cref="ClientSessions"/>.</param>
    /// <param name="route">The server it was sent to.</param>
    /// <param name="principal">Who sent it.</param>
    /// <param name="credential">What upstream requests of this caller are authenticated with.</param>
    /// <param name="refusal">Why it cannot go on now, though later it may: the limits are those of a new client session.</param>
    public ClientSession? Find(string id, ServerRoute route, Principal principal, Credential credential, out Refusal? refusal)
    {
        refusal = null;
        var owner = new Caller(principal.Name, route.Pool.Options.DefaultClass, credential);
        if (clock.GetUtcNow() >= _over || ids.Read(id, route.Server.Id, owner) is not { } session || ended.Contains(session))
        {
            return null;
        }

        lock (_gate)
        {
            // Two requests at once: the second finds what the first let in.
            if (!_seen.Add(session.Serial))
            {
                return sessions.Find(id, route.Server.Id, principal);
            }

            var client = Admit(new IssuedId(id, session), route, owner with { Class = session.Class }, out refusal);
            if (refusal is not null)
            {
                _seen.Remove(session.Serial);
            }

            return client;
        }
    }

    private ClientSession? Admit(IssuedId id, ServerRoute route, in Caller owner, out Refusal? refusal)
    {
        var session = id.Content;
        if (session.Kind is SealedKind.Shared or SealedKind.Virtual)
        {
            var client = sessions.TryAddUnbound(route, owner, session.ProtocolVersion, session.Class.Capabilities, isVirtual: session.Kind == SealedKind.Virtual, id);
            refusal = client is null ? TooManyClients(route) : null;
            return client;
        }

        refusal = null;
        if (route.Resumer?.TryResume(session, owner.Credential) is not { } upstream || sessions.Holds(route.Server.Id, session))
        {
            return null;
        }

        var bound = route.Pool.Adopt(owner, session.Endpoint, upstream);
        refusal = bound.Refusal is { Rejection: not Rejection.BindingEnded } later ? later : null;
        return bound.Binding is { } binding ? sessions.AddBound(route, binding, session.ProtocolVersion, id) : null;
    }

    private static Refusal TooManyClients(ServerRoute route) => new(
        Rejection.PoolExhausted,
        "pool_exhausted",
        $"The server has max_client_sessions ({route.Pool.Options.MaxClientSessions}) clients already. Raise it in the pool config.",
        TimeSpan.FromSeconds(10));
}
