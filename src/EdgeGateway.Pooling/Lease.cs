namespace EdgeGateway.Pooling;

/// <summary>
/// The right to run one request on one session. Released exactly once, when the response has ended: a second release
/// is counted and changes nothing (pool.md section 4).
/// </summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public readonly struct Lease<TSession>
    where TSession : class, IPooledSession
{
    private readonly ILeaseOwner? _owner;
    private readonly int _slot;
    private readonly long _version;

    internal Lease(ILeaseOwner owner, TSession session, int slot, long version)
    {
        _owner = owner;
        Session = session;
        _slot = slot;
        _version = version;
    }

    /// <summary>The session to run the request on.</summary>
    public TSession Session { get; }

    /// <summary>Gives the session back.</summary>
    /// <param name="outcome">How the request ended.</param>
    public void Release(LeaseOutcome outcome) => _owner?.Release(_slot, _version, outcome);

    /// <summary>Gives back a session that nothing was sent to: it proves nothing about anybody's health.</summary>
    internal void ReturnUnused() => _owner?.Release(_slot, _version, outcome: null);
}

/// <summary>Where a lease goes back to: the pool's slots, or a binding.</summary>
internal interface ILeaseOwner
{
    /// <param name="slot">Row of the lease.</param>
    /// <param name="version">The row's version when it was granted.</param>
    /// <param name="outcome">Null: nothing was sent.</param>
    void Release(int slot, long version, LeaseOutcome? outcome);
}
