using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>A new configuration, applied live (pool.md section 5, config change). Runs under the pool's lock.</summary>
internal sealed class Reconfiguration<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    public void Apply(PoolOptions options, ISessionOpener<TSession>? opener, Effects<TSession> effects)
    {
        var before = state.Options;
        var wasDirect = state.IsDirect;
        state.Options = options;
        state.Ring.Grow(options.MaxSize);
        state.Desired = options.AutoScale && before.AutoScale ? Math.Clamp(state.Desired, options.MinSize, options.MaxSize) : options.Size;
        state.Placement = Placement.For(options.Strategy, options.EndpointWeights, state.Random);
        if (opener is not null || !options.Credential.Equals(before.Credential))
        {
            state.Opener = opener ?? state.Opener;
            state.Breakers = PoolState<TSession>.NewBreakers(options, state.Clock, state.Random);
            StartGeneration("the connection changed", effects);
        }

        if (state.IsDirect != wasDirect)
        {
            state.WasWarm = false;
            RetireWhere(_ => true, state.IsDirect ? "the pool was switched off" : "the pool was switched on", effects);
        }
        else if (options.Isolation != before.Isolation)
        {
            // What was used under one rule must not serve under another.
            RetireWhere(entry => !entry.IsFresh, "the isolation changed", effects);
        }

        Shrink(effects);
    }

    /// <summary>Every session is replaced; bindings end when their last request has ended.</summary>
    public void StartGeneration(string reason, Effects<TSession> effects)
    {
        state.Generation++;
        state.WasWarm = false;
        RetireWhere(_ => true, reason, effects);
        foreach (var binding in state.Bindings.ToArray())
        {
            state.EndBinding(binding, reason, cut: false, effects);
        }
    }

    public void RetireWhere(Func<SessionEntry<TSession>, bool> which, string reason, Effects<TSession> effects)
    {
        foreach (var entry in state.Ring.Slots.ToArray())
        {
            if (entry is not null && which(entry))
            {
                state.Retire(entry, reason, effects);
            }
        }
    }

    private void Shrink(Effects<TSession> effects)
    {
        var ready = new List<SessionEntry<TSession>>();
        foreach (var entry in state.Ring.Slots)
        {
            if (entry is { State: EntryState.Ready })
            {
                ready.Add(entry);
            }
        }

        foreach (var entry in ready.OrderBy(entry => entry.InFlight).ThenBy(entry => entry.LastUsed).Take(Math.Max(0, ready.Count - state.Options.MaxSize)))
        {
            state.Retire(entry, "max_size was lowered", effects);
        }
    }
}
