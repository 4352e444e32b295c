using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Line;

/// <summary>What a caller wants: a lease, or a binding.</summary>
/// <param name="Caller">Who asks, in its own words.</param>
/// <param name="Mode">How much of a session.</param>
/// <param name="Bind">Whether for the life of a client session.</param>
/// <param name="Replaces">In place of a session the upstream forgot: the client session is counted already.</param>
internal readonly record struct Ask(Caller Caller, LeaseMode Mode, bool Bind, bool Replaces = false)
{
    /// <summary>The caller's own partition; found when the pool hears of it, and again when its settings change.</summary>
    public Partition Own { get; init; } = null!;

    /// <summary>Those who compete for the same fresh sessions; a newcomer never overtakes a waiter of its own kind.</summary>
    public Kind Kind => Own.Kind;

    /// <summary>Whether any session the caller may use takes leases, busy ones included.</summary>
    public bool HasUsable => Own.HasSeats || Kind.Shared.HasSeats || Kind.Stock.HasSeats;
}

/// <summary>What a caller got: exactly one of the four.</summary>
internal readonly record struct Grant<TSession>(Lease<TSession> Lease = default, Binding<TSession>? Binding = null, TSession? Sample = null, Refusal? Refusal = null)
    where TSession : class, IPooledSession
{
    public Acquired<TSession> ToAcquired() => Refusal is { } refusal ? new(refusal) : new(Lease);

    public Bound<TSession> ToBound() => Refusal is { } refusal ? new(refusal) : Binding is { } binding ? new(binding) : new(Sample!);
}
