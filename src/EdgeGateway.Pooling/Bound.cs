namespace EdgeGateway.Pooling;

/// <summary>What asking for a binding led to.</summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public readonly struct Bound<TSession>
    where TSession : class, IPooledSession
{
    /// <summary>Got a binding.</summary>
    public Bound(Binding<TSession> binding) => Binding = binding;

    /// <summary>Got none.</summary>
    public Bound(Refusal refusal) => Refusal = refusal;

    /// <summary>The sessions are shared for this caller: nothing is bound, requests acquire leases.</summary>
    /// <param name="sample">A session of the caller's class whose handshake can answer the client; not leased, for reading only.</param>
    public Bound(TSession sample) => Sample = sample;

    /// <summary>The binding, or null.</summary>
    public Binding<TSession>? Binding { get; }

    /// <summary>Why there is neither binding nor sample, or null.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Set when the caller's requests are to be shared; null otherwise.</summary>
    public TSession? Sample { get; }
}
