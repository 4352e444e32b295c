using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>Where the next handshake goes. Runs under the pool's lock.</summary>
internal sealed class Endpoints<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    /// <summary>
    /// Fewest faults first, then fewest sessions for its weight, and one that is away for its success rate only when no other is left, since
    /// a handshake with it goes well; −1 when no endpoint may be tried.
    /// </summary>
    public int LeastLoaded()
    {
        if (state.Breakers is [var only])
        {
            return only.Allows ? 0 : -1;
        }

        var best = -1;
        var bestLoad = 0.0;
        for (var endpoint = 0; endpoint < state.Breakers.Length; endpoint++)
        {
            if (!state.Breakers[endpoint].Allows)
            {
                continue;
            }

            var load = (Sessions(endpoint) + 1.0) / state.Options.EndpointWeights[endpoint];
            var faults = Faults(endpoint);
            if (best < 0 || faults < Faults(best) || (faults == Faults(best) && load < bestLoad))
            {
                best = endpoint;
                bestLoad = load;
            }
        }

        return best;
    }

    /// <summary>Open on the endpoint or being opened, bound ones included.</summary>
    public int Sessions(int endpoint)
    {
        var sessions = 0;
        foreach (var entry in state.Ring.Entries)
        {
            sessions += entry is { State: EntryState.Ready } && entry.Endpoint == endpoint ? 1 : 0;
        }

        foreach (var binding in state.Bindings)
        {
            sessions += binding.Entry.Endpoint == endpoint ? 1 : 0;
        }

        foreach (var opening in state.Openings)
        {
            sessions += opening.Endpoint == endpoint && opening.Generation == state.Generation ? 1 : 0;
        }

        return sessions;
    }

    private int Faults(int endpoint) => state.Breakers[endpoint] is { IsAwayForItsRate: false, FaultsInARow: var faults } ? faults : int.MaxValue;

    /// <summary>Whether it failed, may be tried again, and neither the stock's handshakes nor a probe would find out that it is back.</summary>
    public bool NeedsTrial(int endpoint)
    {
        // With one endpoint the stock is opened there anyway.
        if ((state.Breakers.Length == 1 && state.HasStock) || !(state.Breakers[endpoint].IsTrialDue || (state.Breakers[endpoint].Allows && IsRefusalOld())))
        {
            return false;
        }

        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { State: EntryState.Ready } && entry.Endpoint == endpoint)
            {
                return false;
            }
        }

        return !state.Openings.Exists(opening => opening.Endpoint == endpoint);
    }

    /// <summary>Without a stock a refused credential is not tried again but by a caller; so that the pool does not read as unhealthy for ever, it is.</summary>
    private bool IsRefusalOld() =>
        !state.HasStock && state.LastOpenError is not null && state.Clock.GetElapsedTime(state.LastOpenFailedAt) >= state.Options.HealthCheckInterval;

    /// <summary>Starts a handshake; false when the gateway holds all the sessions it may.</summary>
    public bool TryOpen(int endpoint, Kind kind, OpeningPurpose purpose, Effects<TSession> effects)
    {
        if (!state.Cap.TryTake())
        {
            return false;
        }

        var breaker = state.Breakers[endpoint];
        breaker.Started();
        var opening = new Opening<TSession>(state.Opener, endpoint, breaker, kind, purpose, state.Generation, state.Clock);
        state.Openings.Add(opening);
        effects.Openings.Add(opening);
        return true;
    }
}
