using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Spreads sessions over endpoints by their weights (pool.md section 5): every interval, one close a tick until it is even; the stock is
/// refilled on the endpoint with the fewest. What is bound is counted and never touched. Runs under the pool's lock.
/// </summary>
internal sealed class Rebalance<TSession>(PoolState<TSession> state, Endpoints<TSession> endpoints)
    where TSession : class, IPooledSession
{
    private long _beganAt = state.Now;
    private bool _isRunning;

    public void Run(Effects<TSession> effects)
    {
        if (state.Clock.GetElapsedTime(_beganAt) >= state.Options.RebalanceInterval)
        {
            _beganAt = state.Now;
            _isRunning = true;
        }

        // The last move is over when the pool is full again.
        if (_isRunning && state.Openings.Count == 0 && state.Stock >= state.Desired)
        {
            _isRunning = TryMove(effects);
        }
    }

    private bool TryMove(Effects<TSession> effects)
    {
        var weights = state.Options.EndpointWeights;
        if (weights.Count < 2 || !state.HasStock)
        {
            return false;
        }

        var most = 0;
        var least = -1;
        for (var endpoint = 0; endpoint < weights.Count; endpoint++)
        {
            most = Share(endpoint) > Share(most) ? endpoint : most;
            var isHealthy = state.Breakers[endpoint] is { State: CircuitState.Closed, FaultsInARow: 0 };
            least = isHealthy && (least < 0 || Share(endpoint) < Share(least)) ? endpoint : least;
        }

        // Moving one must leave the endpoints closer together, so that a second run finds nothing to do.
        if (least < 0 || (endpoints.Sessions(least) + 1.0) / weights[least] >= Share(most))
        {
            return false;
        }

        if (Victim(most) is not { } victim)
        {
            return false;
        }

        return state.TryCloseIdle(victim, $"endpoint {most} has more sessions than its share", effects, "rebalanced");
    }

    private double Share(int endpoint) => (double)endpoints.Sessions(endpoint) / state.Options.EndpointWeights[endpoint];

    /// <summary>An idle one; rather one that holds nobody's state.</summary>
    private SessionEntry<TSession>? Victim(int endpoint)
    {
        SessionEntry<TSession>? victim = null;
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not { State: EntryState.Ready, IsIdle: true, Probing: false } || entry.Endpoint != endpoint)
            {
                continue;
            }

            if (victim is null || (Rank(entry), entry.LastUsed).CompareTo((Rank(victim), victim.LastUsed)) < 0)
            {
                victim = entry;
            }
        }

        return victim;

        int Rank(SessionEntry<TSession> entry) => entry.IsFresh || state.IsShared(entry) ? 0 : 1;
    }
}
