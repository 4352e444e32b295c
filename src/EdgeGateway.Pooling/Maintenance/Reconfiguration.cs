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
        state.CountWaits();
        state.Options = options;
        state.Turnstile.CollectsMetrics = options.CollectMetrics;
        state.Ring.Grow(options.MaxSize);
        state.Desired = options.AutoScale && before.AutoScale ? Math.Clamp(state.Desired, options.MinSize, options.MaxSize) : options.Size;
        state.Shares = new EndpointShares(options.EndpointWeights);
        if (options.DefaultClass != before.DefaultClass)
        {
            state.Classes.Saw(options.DefaultClass);
        }

        // Endpoints are part of the connection: entries name them by index.
        if (opener is not null || !options.Credential.Equals(before.Credential) || options.EndpointWeights.Count != before.EndpointWeights.Count)
        {
            state.Opener = opener ?? state.Opener;
            StartGeneration("the connection changed", effects);
        }

        if (state.IsDirect != wasDirect)
        {
            state.WasWarm = false;
            RetireWhere(_ => true, state.IsDirect ? "the pool was switched off" : "the pool was switched on", effects);
        }
        else if (options.Isolation != before.Isolation)
        {
            LoosenNothing(effects);
        }

        if (state.IsDirect != wasDirect || options.Isolation != before.Isolation)
        {
            // What was bound under one rule must not be handed on under another.
            foreach (var binding in state.Bindings)
            {
                binding.Entry.Tainted = true;
            }
        }

        state.ShowAll();
        state.Line.Rearrange(ask => state.Resolve(ask), state.IsSticky);
        Shrink(effects);
    }

    /// <summary>Every session is replaced; bindings end when their last request has ended. Nothing is known of the upstream any more.</summary>
    public void StartGeneration(string reason, Effects<TSession> effects)
    {
        state.CallOffOpenings(effects);
        state.Generation++;
        state.Breakers = PoolState<TSession>.NewBreakers(state.Options, state.Clock, state.Random);
        state.StockBackoff.Succeeded();
        state.GrowthBackoff.Succeeded();
        state.LastOpenError = null;
        state.IsStateless = false;
        state.WasWarm = false;
        RetireWhere(_ => true, reason, effects);
        EndBindings(reason, effects);
    }

    public void RetireWhere(Func<SessionEntry<TSession>, bool> which, string reason, Effects<TSession> effects)
    {
        foreach (var entry in state.Ring.Entries.ToArray())
        {
            if (entry is not null && which(entry))
            {
                state.Retire(entry, reason, effects);
            }
        }
    }

    public void EndBindings(string reason, Effects<TSession> effects)
    {
        foreach (var binding in state.Bindings.ToArray())
        {
            state.EndBinding(binding, reason, cut: false, effects);
        }
    }

    /// <summary>What was used under one rule must not serve under another. What nobody has used yet may.</summary>
    private void LoosenNothing(Effects<TSession> effects)
    {
        foreach (var entry in state.Ring.Entries.ToArray())
        {
            if (entry is null)
            {
                continue;
            }

            if (entry is { State: EntryState.Ready, OneShot: false, IsUnused: true } && state.TryTakeOut(entry))
            {
                if (entry.IsUnused)
                {
                    entry.Owner = null;
                    state.Seat(entry);
                    continue;
                }

                // Used in between, by somebody who saw the old rule.
                state.Close(entry, "the isolation changed", effects);
                continue;
            }

            state.Retire(entry, "the isolation changed", effects);
        }
    }

    private void Shrink(Effects<TSession> effects)
    {
        var ready = new List<SessionEntry<TSession>>();
        foreach (var entry in state.Ring.Entries)
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
