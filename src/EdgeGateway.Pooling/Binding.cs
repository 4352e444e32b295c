using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling;

/// <summary>
/// A session pinned to one client session. It has left the pool: requests on it take no permits, but each is still a lease
/// with an outcome, so that statistics and drain see it.
/// </summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public sealed class Binding<TSession>
    where TSession : class, IPooledSession
{
    private readonly SessionPool<TSession> _pool;

    // Messages that left state behind, or are on their way. Written by requests (Interlocked), read by whoever finds the session lost.
    private int _uses;

    // Written under the pool's lock; requests read it without, and see the old session or the new one.
    private volatile BoundSeat<TSession> _seat;

    internal Binding(SessionPool<TSession> pool, in Caller caller, SessionEntry<TSession> entry, long now)
    {
        _pool = pool;
        Caller = caller;
        _seat = new(entry);
        LastUsed = now;
        Ended = EndedSource.Token;
    }

    /// <summary>Who it is bound for.</summary>
    public Caller Caller { get; }

    /// <summary>The session now; changes only through <see cref="ReplaceAsync"/>.</summary>
    public TSession Session => Entry.Session;

    /// <summary>Fires when the binding has ended, for whatever reason: open streams end then.</summary>
    public CancellationToken Ended { get; }

    /// <summary>True until <see cref="MarkUsed"/>: the session carried nothing but initialize, ping and lists, so losing it loses nothing.</summary>
    public bool IsClean => Volatile.Read(ref _uses) == 0;

    internal SessionEntry<TSession> Entry
    {
        get => _seat.Entry;
        set => _seat = new BoundSeat<TSession>(value);
    }

    // The rest is read and written under the pool's lock.
    internal CancellationTokenSource EndedSource { get; } = new();

    internal bool HasEnded { get; set; }

    /// <summary>Takes no more requests, and has ended when those that run have.</summary>
    internal bool IsLeaving { get; set; }

    internal string EndReason { get; set; } = "it was ended";

    /// <summary>Of the client session; its requests' are the entry's.</summary>
    internal long LastUsed
    {
        get => Math.Max(field, Entry.LastUsed);
        set;
    }

    internal int Streams { get; set; }

    internal TaskCompletionSource<Refusal?>? Replacement { get; set; }

    /// <summary>As <see cref="Acquire"/> where nothing runs on the session: one compare-exchange.</summary>
    /// <returns>A lease to release exactly once, or one that is not held: then <see cref="Acquire"/> knows more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lease<TSession> TryAcquire()
    {
        var seat = _seat;
        return seat.TryTakeIdle() ? new(new Taken(seat.Entry, Permit.First)) : default;
    }

    /// <summary>Takes a lease for one request. Never waits. Refused with <see cref="Rejection.BindingEnded"/> or <see cref="Rejection.Draining"/>.</summary>
    /// <param name="finishing">
    /// True for what a running request may be waiting for, the client's answer or cancel: it passes as long as a request runs, also
    /// while the pool drains, because otherwise that request could never finish.
    /// </param>
    public Acquired<TSession> Acquire(bool finishing = false)
    {
        var seat = _seat;
        var permit = seat.TryTake();
        return permit < 0 ? _pool.AcquireBound(this, finishing) : new(new Lease<TSession>(new Taken(seat.Entry, permit)));
    }

    /// <summary>Says that the session is about to carry something a replacement would not know of.</summary>
    public void MarkUsed() => Interlocked.Increment(ref _uses);

    /// <summary>Takes one <see cref="MarkUsed"/> back: the message turned out not to have run, because the upstream did not know the session.</summary>
    public void TakeBackUse() => Interlocked.Decrement(ref _uses);

    /// <summary>Holds the binding alive while a stream is open on it; dispose at the stream's end. Disposing twice is harmless.</summary>
    public IDisposable HoldStream() => new StreamHold(_pool, this);

    /// <summary>Puts a new session in the place of one the upstream forgot. Only a clean binding can be replaced; concurrent callers share one replacement.</summary>
    /// <param name="gone">The session that was lost; when <see cref="Session"/> is already another one, that one serves.</param>
    /// <returns>Null on success; <see cref="Rejection.BindingEnded"/> when the binding was not clean (it has ended now), or why no session could be had.</returns>
    public Task<Refusal?> ReplaceAsync(TSession gone) => _pool.ReplaceAsync(this, gone);

    /// <summary>Ends the binding: the client said DELETE, or the session is lost. Idempotent.</summary>
    /// <param name="reason">For the event: why.</param>
    public void End(string reason) => _pool.End(this, reason);

    private sealed class StreamHold : IDisposable
    {
        private readonly SessionPool<TSession> _pool;
        private Binding<TSession>? _binding;

        public StreamHold(SessionPool<TSession> pool, Binding<TSession> binding)
        {
            _pool = pool;
            _binding = binding;
            pool.CountStream(binding, +1);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _binding, null) is { } binding)
            {
                _pool.CountStream(binding, -1);
            }
        }
    }
}
