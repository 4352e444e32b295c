using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What becomes of a handshake that has ended. Runs under the pool's lock.</summary>
internal sealed class Handshakes<TSession>(PoolState<TSession> state, Serving<TSession> serving, Verdicts<TSession> verdicts)
    where TSession : class, IPooledSession
{
    public void Succeeded(Opening<TSession> opening, TSession session, TimeSpan took, Effects<TSession> effects)
    {
        state.Openings.Remove(opening);
        opening.Breaker.Succeeded();
        state.Counters.Creates++;
        var entry = new SessionEntry<TSession>(
            session, state.Turnstile, opening.Endpoint, opening.Breaker, opening.Kind, opening.Generation, state.Clock, state.Random.NextDouble());
        var purpose = opening.Purpose.ToString().ToLowerInvariant();
        state.Tell(effects, "opened", entry, $"{purpose}, handshake {took.TotalMilliseconds:0} ms", took: took, purpose: purpose);
        if (!IsWanted(opening))
        {
            state.Close(entry, "opened for a configuration that is no more", effects);
            return;
        }

        // Only the connection in force says what the upstream is like.
        state.StockBackoff.Succeeded();
        state.GrowthBackoff.Succeeded();
        state.LastOpenError = null;
        state.IsStateless = !session.IsStateful;
        state.HandshakeTime = took;
        state.FollowSharing();
        if (state.IsShared(entry) && entry.Kind.Class.DeclaresCapabilities)
        {
            // Nobody in particular could answer for what it declared.
            state.Close(entry, "opened with a client's capabilities, and then it turned out to be shared", effects);
            return;
        }

        serving.Deliver(entry, opening.Purpose, effects);
    }

    public void Failed(Opening<TSession> opening, SessionOpenException failure, Effects<TSession> effects)
    {
        state.Openings.Remove(opening);
        state.Cap.Return();
        if (!IsWanted(opening))
        {
            opening.Breaker.Abandoned();
            return;
        }

        state.LastOpenError = failure.Message;
        state.LastOpenFailedAt = state.Now;
        state.Tell(effects, "open_failed", null, failure.Message, opening.Endpoint);
        state.GrowthBackoff.Failed();
        if (opening.Kind.Credential.Equals(state.Options.Credential))
        {
            // A credential that one caller brought says nothing about the stock.
            state.StockBackoff.Failed();
        }

        if (failure.IsServerFault)
        {
            verdicts.Blame(opening.Endpoint, effects);
        }
        else
        {
            // Whoever refuses a credential is there.
            opening.Breaker.Succeeded();
        }

        if (!failure.IsServerFault || !HasUntriedEndpoint())
        {
            FailDependents(opening, failure, effects);
        }
    }

    /// <summary>All endpoints failed too often: who waits is told now rather than left to time out.</summary>
    public void FailWhenNothingMayBeTried(Effects<TSession> effects)
    {
        if (state.Line.Count == 0 || !state.AllCircuitsOpen)
        {
            return;
        }

        while (state.Line.Oldest is { } waiter)
        {
            state.Refuse(waiter, Refusals.CircuitOpen(state.ShortestPause), effects);
        }
    }

    private bool IsWanted(Opening<TSession> opening) => !opening.IsCalledOff && opening.Generation == state.Generation && state.Phase == PoolPhase.Serving;

    /// <summary>Whether another endpoint without a fault is left: then the waiters try that one first.</summary>
    private bool HasUntriedEndpoint() => Array.Exists(state.Breakers, static breaker => breaker is { State: CircuitState.Closed, FaultsInARow: 0 });

    /// <summary>Whether more handshakes run for clients that initialize as these do.</summary>
    private bool IsOneOfSeveral(Opening<TSession> opening) => state.Openings.Exists(other =>
        other.Purpose == OpeningPurpose.Bind && other.Generation == opening.Generation && ReferenceEquals(other.Kind, opening.Kind));

    /// <summary>
    /// Callers that counted on this handshake are told now rather than left to time out. Where one session answers a whole crowd of clients,
    /// one failure does too: what refused it would refuse each of them, with a handshake of its own.
    /// </summary>
    private void FailDependents(Opening<TSession> opening, SessionOpenException failure, Effects<TSession> effects)
    {
        var refusal = Refusals.OpenFailed(failure.Reason, failure.Message);
        var bind = opening.Purpose == OpeningPurpose.Bind;
        var isOneOfSeveral = bind && IsOneOfSeveral(opening);

        // In a full pool its session could not have stayed, so each client has a handshake of its own there too.
        var answersAll = state.SharesByDefault && (!isOneOfSeveral || state.Places < state.Options.MaxSize);
        var isForOne = state.IsDirect || (bind && !answersAll);
        var latest = isOneOfSeveral && !isForOne ? opening.Began : long.MaxValue;
        for (var next = state.Line.Oldest; next is not null && next.Joined <= latest && opening.Purpose != OpeningPurpose.Trial;)
        {
            var waiter = next;
            next = next.Behind;
            if (!ReferenceEquals(waiter.Ask.Kind, opening.Kind) || waiter.Ask.Bind != bind || (!isForOne && waiter.Ask.HasUsable))
            {
                continue;
            }

            state.Refuse(waiter, refusal, effects);
            if (isForOne)
            {
                return;
            }
        }
    }
}
