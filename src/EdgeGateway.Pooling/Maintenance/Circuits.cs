using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Carries over to the slots what the breakers say: the sessions of an endpoint whose circuit is open are suspended, and come back 1, 2,
/// 4 … at a time; under <c>weighted</c> the endpoint's share grows back gradually. Runs under the pool's lock.
/// </summary>
internal sealed class Circuits<TSession>(PoolState<TSession> state, Outliers<TSession> outliers)
    where TSession : class, IPooledSession
{
    /// <summary>How long a returning endpoint takes to its full share under <c>weighted</c>: an eighth more each step.</summary>
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(30);

    private const int Steps = 8;

    private Breaker[] _known = [];
    private int[] _allowed = [];

    /// <summary>After every change: what a breaker has learnt shows in its sessions' slots before anybody is served.</summary>
    public void Follow()
    {
        var breakers = state.Breakers;
        if (!ReferenceEquals(breakers, _known))
        {
            _known = breakers;
            _allowed = [.. Enumerable.Repeat(int.MaxValue, breakers.Length)];
        }

        for (var endpoint = 0; endpoint < breakers.Length; endpoint++)
        {
            var breaker = breakers[endpoint];
            if (breaker is { State: CircuitState.HalfOpen, Allowed: > 0 } && breaker.Allowed >= Sessions(breaker))
            {
                breaker.Close();
            }

            if (_allowed[endpoint] != breaker.Allowed)
            {
                _allowed[endpoint] = breaker.Allowed;
                Reconsider(breaker);
            }
        }
    }

    /// <summary>Once a tick.</summary>
    public void Elapse(Effects<TSession> effects)
    {
        outliers.Readmit(effects);
        foreach (var breaker in state.Breakers)
        {
            breaker.Elapse();
        }

        if (state.Options.Strategy == PoolStrategy.Weighted)
        {
            Reweigh();
        }
    }

    private void Reconsider(Breaker breaker)
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is not null && ReferenceEquals(entry.Breaker, breaker))
            {
                state.Reconsider(entry);
            }
        }

        // A session that serves while its endpoint returns runs one request at a time.
        state.ShowAll();
    }

    private void Reweigh()
    {
        var weights = state.Options.EndpointWeights;
        var isFull = true;
        var shares = new int[weights.Count];
        for (var endpoint = 0; endpoint < shares.Length; endpoint++)
        {
            var steps = StepsOf(state.Breakers[endpoint]);
            shares[endpoint] = weights[endpoint] * steps;
            isFull &= steps == Steps;
        }

        if (isFull ? !ReferenceEquals(state.Shares.Weights, weights) : !shares.AsSpan().SequenceEqual([.. state.Shares.Weights]))
        {
            state.Shares = new EndpointShares(isFull ? weights : shares);
            state.ShowAll();
        }
    }

    private int StepsOf(Breaker breaker)
    {
        if (breaker.State != CircuitState.Closed)
        {
            return 1;
        }

        var passed = breaker.ReturnedAt == 0 ? Return : state.Clock.GetElapsedTime(breaker.ReturnedAt);
        return passed >= Return ? Steps : 1 + (int)(passed / Return * (Steps - 1));
    }

    private int Sessions(Breaker breaker)
    {
        var sessions = 0;
        foreach (var entry in state.Ring.Entries)
        {
            sessions += entry is { State: EntryState.Ready } && ReferenceEquals(entry.Breaker, breaker) ? 1 : 0;
        }

        return sessions;
    }
}
