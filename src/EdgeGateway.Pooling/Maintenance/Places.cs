using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>Whose place a new session takes when the pool or the gateway is full, and what the stock is opened as. Runs under the pool's lock.</summary>
internal sealed class Places<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    // Scratch of one pass: callers that wait for a session to be closed, because the gateway holds all it may.
    private int _short;

    public void BeginPass() => _short = 0;

    public bool AnyIdle()
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { IsIdle: true, OneShot: false })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Sees to it that one more session fits. At <c>max_size</c> an idle one that the caller may not use makes room at once; at the
    /// gateway's limit it does when its close upstream has ended, and then this is asked again.
    /// </summary>
    public bool TryMake(in Ask ask, int endpoint, Effects<TSession> effects)
    {
        if (state.Cap.Open >= state.Cap.Limit)
        {
            _short++;
            if (state.Closing < _short)
            {
                TryEvictFor(ask, endpoint, effects);
            }

            return false;
        }

        return ask.Bind || state.Places < state.Options.MaxSize || TryEvictFor(ask, endpoint, effects);
    }

    /// <summary>The class a client would find nothing fresh of; otherwise the one seen last.</summary>
    public Kind KindForStock()
    {
        foreach (var sessionClass in state.Classes.All)
        {
            if (!HasFresh(sessionClass))
            {
                return KindOf(sessionClass);
            }
        }

        return KindOf(state.Classes.Latest);
    }

    /// <summary>As a caller of that class would ask for it.</summary>
    public SessionClass Normal(SessionClass sessionClass) => state.Normalize(new Caller("", sessionClass, state.Options.Credential)).Class;

    private Kind KindOf(SessionClass sessionClass) => state.Turnstile.Partitions.KindOf(Normal(sessionClass), state.Options.Credential);

    private bool HasFresh(SessionClass sessionClass)
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { State: EntryState.Ready } && (entry.IsFresh || state.IsShared(entry)) && entry.Kind.Class == sessionClass && entry.Kind.Credential.Equals(state.Options.Credential))
            {
                return true;
            }
        }

        return state.Openings.Exists(opening =>
            opening.Purpose == OpeningPurpose.Warm && opening.Generation == state.Generation && opening.Kind.Class == sessionClass);
    }

    /// <summary>An idle session this caller may not use: fresh of another class first, then the least recently used.</summary>
    private bool TryEvictFor(in Ask ask, int endpoint, Effects<TSession> effects)
    {
        SessionEntry<TSession>? victim = null;
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is null || !entry.IsIdle || entry.OneShot || WillServe(entry, ask, endpoint))
            {
                continue;
            }

            if (victim is null || (entry.IsFresh && !victim.IsFresh) || (entry.IsFresh == victim.IsFresh && entry.LastUsed < victim.LastUsed))
            {
                victim = entry;
            }
        }

        // Somebody may lease it at this moment; then the next who frees a session sees that this caller waits.
        return victim is not null && state.TryCloseIdle(victim, "idle, and its place was needed for another partition", effects, "evicted");
    }

    /// <summary>Whether the caller may use the session and can expect to: one of its own that is suspended comes back, unless its endpoint is away and another is there.</summary>
    private bool WillServe(SessionEntry<TSession> entry, in Ask ask, int endpoint)
    {
        // A client session cannot have what its own user has used, but for `user`.
        var mayBeUsed = !ask.Bind || state.Options.Isolation == Isolation.User || state.IsShared(entry);
        var isOwn = ReferenceEquals(entry.Kind, ask.Kind) && (entry.IsFresh || (mayBeUsed && ReferenceEquals(entry.Owner, state.OwnerAfter(ask, entry))));
        var isAway = entry.Breaker.State != CircuitState.Closed && entry.Endpoint != endpoint && (entry.IsFresh || state.IsShared(entry));
        return isOwn && !isAway;
    }
}
