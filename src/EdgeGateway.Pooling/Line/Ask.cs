using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Line;

/// <summary>What a caller wants: a lease, or a binding.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Mode">How much of a session.</param>
/// <param name="Bind">Whether for the life of a client session.</param>
/// <param name="Replaces">In place of a session the upstream forgot: the client session is counted already.</param>
internal readonly record struct Ask(Caller Caller, LeaseMode Mode, bool Bind, bool Replaces = false)
{
    /// <summary>Those who compete for the same fresh sessions; a newcomer never overtakes a waiter of its own key.</summary>
    public FreshKey Key => new(Caller.Credential.Fingerprint, Caller.Class);
}

/// <summary>What a caller got: exactly one of the four.</summary>
internal readonly record struct Grant<TSession>(Lease<TSession> Lease = default, Binding<TSession>? Binding = null, TSession? Sample = null, Refusal? Refusal = null)
    where TSession : class, IPooledSession;
