using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What becomes of a handshake that has ended. Runs under the pool's lock.</summary>
internal sealed class Handshakes<TSession>(PoolState<TSession> state, Serving<TSession> serving, Verdicts<TSession> verdicts)
    where TSession : class, IPooledSession
{
    private const double LifetimeJitter = 0.1;

    public void Succeeded(Opening opening, TSession session, TimeSpan took, Effects<TSession> effects)
    {
        state.Openings.Remove(opening);
        state.Counters.Creates++;
        state.Backoff.Succeeded();
        state.LastOpenError = null;
        state.IsStateless = !session.IsStateful;
        var lifetime = state.Options.MaxLifetime * (1 - (state.Random.NextDouble() * LifetimeJitter));
        var entry = new SessionEntry<TSession>(session, opening.Endpoint, opening.Class, opening.Credential, opening.Generation, state.Now, lifetime);
        state.Tell(effects, "opened", entry, $"{opening.Purpose.ToString().ToLowerInvariant()}, handshake {took.TotalMilliseconds:0} ms");
        if (opening.Generation != state.Generation || state.Phase != PoolPhase.Serving)
        {
            state.Close(entry, "opened for a configuration that is no more", effects);
            return;
        }

        state.Breakers[opening.Endpoint].Succeeded();
        serving.Deliver(entry, opening.Purpose, effects);
    }

    public void Failed(Opening opening, SessionOpenException failure, Effects<TSession> effects)
    {
        state.Openings.Remove(opening);
        state.Cap.Return();
        state.LastOpenError = failure.Message;
        state.LastOpenReason = failure.Reason;
        state.Tell(effects, "open_failed", null, failure.Message, opening.Endpoint);
        if (opening.Generation != state.Generation)
        {
            return;
        }

        state.Backoff.Failed();
        verdicts.Blame(opening.Endpoint, failure.IsServerFault, effects);
        if (state.AllCircuitsOpen)
        {
            var pause = state.Breakers.Min(breaker => breaker.Remaining);
            FailWaiters(_ => true, Refusals.CircuitOpen(pause), effects);
        }
        else if (!HasUntriedEndpoint())
        {
            FailDependents(opening, failure, effects);
        }
    }

    /// <summary>Whether an endpoint without a fault is left: then the waiters try that one first.</summary>
    private bool HasUntriedEndpoint() => Array.Exists(state.Breakers, breaker => breaker is { State: CircuitState.Closed, FaultsInARow: 0 });

    /// <summary>Callers that only this handshake could have served are told now rather than left to time out.</summary>
    private void FailDependents(Opening opening, SessionOpenException failure, Effects<TSession> effects)
    {
        var refusal = Refusals.OpenFailed(failure.Reason, failure.Message);
        if (opening.Purpose == OpeningPurpose.Bind || state.IsDirect)
        {
            var bind = opening.Purpose == OpeningPurpose.Bind;
            var failed = false;
            FailWaiters(waiter => waiter.Ask.Key == opening.Key && waiter.Ask.Bind == bind && !failed && (failed = true), refusal, effects);
        }
        else
        {
            FailWaiters(waiter => waiter.Ask.Key == opening.Key && !waiter.Ask.Bind && !serving.HasUsable(waiter.Ask), refusal, effects);
        }
    }

    private void FailWaiters(Func<Waiter<TSession>, bool> which, Refusal refusal, Effects<TSession> effects)
    {
        for (var node = state.Line.First; node is not null;)
        {
            var next = node.Next;
            if (which(node.Value))
            {
                state.Line.Leave(node);
                state.Counters.Rejections++;
                effects.Answers.Add((node.Value, new Grant<TSession>(Refusal: refusal)));
            }

            node = next;
        }
    }
}
