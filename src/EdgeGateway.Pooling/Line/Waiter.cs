using System.Threading.Tasks.Sources;

namespace EdgeGateway.Pooling.Line;

/// <summary>
/// A caller in line. Completed outside the pool's lock, never on the completer's stack. Serves as the task of whatever the caller asked for,
/// and when that was taken, as somebody else's.
/// </summary>
internal sealed class Waiter<TSession>(SpareWaiter<TSession> spare)
    : IValueTaskSource<Grant<TSession>>, IValueTaskSource<Acquired<TSession>>, IValueTaskSource<Bound<TSession>>
    where TSession : class, IPooledSession
{
    private ManualResetValueTaskSourceCore<Grant<TSession>> _answer = new() { RunContinuationsAsynchronously = true };
    private CancellationToken _leaving;
    private CancellationTokenRegistration _registration;

    // The rest is read and written under the pool's lock.
    public Ask Ask { get; set; }

    /// <summary>Timestamp.</summary>
    public long Joined { get; private set; }

    /// <summary>Timestamp after which the wait was in vain.</summary>
    public long Deadline { get; private set; }

    /// <summary>Null when not in line: who leaves the line first decides.</summary>
    public Lane<TSession>? Lane { get; set; }

    /// <summary>Its place in its lane's ring.</summary>
    public int LanePlace { get; set; }

    /// <summary>The one before it in line, of all.</summary>
    public Waiter<TSession>? Before { get; set; }

    /// <summary>The one behind it.</summary>
    public Waiter<TSession>? Behind { get; set; }

    /// <summary>The session that is kept free of shared requests for it.</summary>
    public Slots.SessionEntry? Reserved { get; set; }

    public short Token => _answer.Version;

    /// <summary>A wait begins.</summary>
    public void Begin(in Ask ask, long joined, long deadline, CancellationToken leaving)
    {
        Ask = ask;
        Joined = joined;
        Deadline = deadline;
        _leaving = leaving;
    }

    /// <summary>Outside the lock, once.</summary>
    public void Answer(in Grant<TSession> grant) => _answer.SetResult(grant);

    /// <summary>It left the line because its caller did. Outside the lock.</summary>
    public void AnswerCancelled() => _answer.SetException(new OperationCanceledException(_leaving));

    /// <summary>Calls back when the caller goes away. Outside the lock, before the caller waits.</summary>
    public void WatchLeaving(Action<object?> onLeaving)
    {
        if (_leaving.CanBeCanceled)
        {
            _registration = _leaving.UnsafeRegister(onLeaving, this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _answer.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answer.OnCompleted(continuation, state, token, flags);

    Grant<TSession> IValueTaskSource<Grant<TSession>>.GetResult(short token) => Take(token);

    Acquired<TSession> IValueTaskSource<Acquired<TSession>>.GetResult(short token) => Take(token).ToAcquired();

    Bound<TSession> IValueTaskSource<Bound<TSession>>.GetResult(short token) => Take(token).ToBound();

    private Grant<TSession> Take(short token)
    {
        // Throws when the answer was taken before: this wait may be somebody else's by now.
        _answer.GetStatus(token);

        // Returns when no call back runs any more: after it nothing refers to this wait.
        _registration.Dispose();
        var grant = _answer.GetResult(token);
        var leaving = _leaving;
        Ask = default;
        _registration = default;
        _answer.Reset();
        spare.Put(this);
        if (leaving.IsCancellationRequested)
        {
            // Granted and cancelled at once: the caller will not look at it, so it goes back.
            grant.Lease.ReturnUnused();
            grant.Binding?.End("the client left before it got its session");
            leaving.ThrowIfCancellationRequested();
        }

        return grant;
    }
}
