namespace EdgeGateway.Pooling;

/// <summary>
/// A session pinned to one client session. It has left the pool: requests on it take no permits, but each is still a lease
/// with an outcome, so that statistics and drain see it.
/// </summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public sealed class Binding<TSession> : ILeaseOwner
    where TSession : class, IPooledSession
{
    internal Binding() => throw new NotImplementedException();

    /// <summary>Who it is bound for.</summary>
    public Caller Caller => throw new NotImplementedException();

    /// <summary>The session now; changes only through <see cref="ReplaceAsync"/>.</summary>
    public TSession Session => throw new NotImplementedException();

    /// <summary>Fires when the binding has ended, for whatever reason: open streams end then.</summary>
    public CancellationToken Ended => throw new NotImplementedException();

    /// <summary>True until <see cref="MarkUsed"/>: the session carried nothing but initialize, ping and lists, so losing it loses nothing.</summary>
    public bool IsClean => throw new NotImplementedException();

    /// <summary>Takes a lease for one request. Never waits. Refused with <see cref="Rejection.BindingEnded"/> or <see cref="Rejection.Draining"/>.</summary>
    public Acquired<TSession> Acquire() => throw new NotImplementedException();

    /// <summary>Says that the session is about to carry something a replacement would not know of.</summary>
    public void MarkUsed() => throw new NotImplementedException();

    /// <summary>Holds the binding alive while a stream is open on it; dispose at the stream's end. Disposing twice is harmless.</summary>
    public IDisposable HoldStream() => throw new NotImplementedException();

    /// <summary>Puts a new session in the place of one the upstream forgot. Only a clean binding can be replaced; concurrent callers share one replacement.</summary>
    /// <param name="gone">The session that was lost; when <see cref="Session"/> is already another one, that one serves.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>Null on success; <see cref="Rejection.BindingEnded"/> when the binding was not clean (it has ended now), or why no session could be had.</returns>
    public ValueTask<Refusal?> ReplaceAsync(TSession gone, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends the binding: the client said DELETE, or the session is lost. Idempotent.</summary>
    /// <param name="reason">For the event: why.</param>
    public void End(string reason) => throw new NotImplementedException();

    void ILeaseOwner.Release(int slot, long version, LeaseOutcome outcome) => throw new NotImplementedException();
}
