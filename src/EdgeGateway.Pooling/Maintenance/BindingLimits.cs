using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>How many client sessions may have an upstream session of their own, and whose ends when one more comes (pool.md section 2). Runs under the pool's lock.</summary>
internal sealed class BindingLimits<TSession>(PoolState<TSession> state)
    where TSession : class, IPooledSession
{
    private static readonly TimeSpan OwnIdle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForeignIdle = TimeSpan.FromSeconds(60);

    /// <summary>Sees to it that one more client session fits, or says why not. At the limit, the one idle longest ends.</summary>
    public Refusal? MakeRoomForBinding(in Caller caller, Effects<TSession> effects)
    {
        // One that waits for its replacement is a binding already.
        var isFull = state.Bindings.Count + state.Line.Binds - state.Line.Replacements >= state.Options.MaxClientSessions;
        if (isFull)
        {
            // Whose place it gets gives its place of the gateway's up as well, as soon as its close has ended.
            return TryEndIdleBinding(caller, effects) ? null : Refusals.TooManyClients(state.Options);
        }

        var isGatewayFull = state.Cap.Open >= state.Cap.Limit && !HasIdleUnbound();
        return isGatewayFull && !TryEndIdleBinding(caller, effects) ? Refusals.GatewayFull(state.Cap) : null;
    }

    private bool HasIdleUnbound()
    {
        foreach (var entry in state.Ring.Entries)
        {
            if (entry is { State: EntryState.Ready, IsIdle: true })
            {
                return true;
            }
        }

        return false;
    }

    private bool TryEndIdleBinding(in Caller caller, Effects<TSession> effects)
    {
        Binding<TSession>? own = null;
        Binding<TSession>? foreign = null;
        foreach (var binding in state.Bindings)
        {
            if (binding.Streams > 0 || !binding.Entry.IsIdle)
            {
                continue;
            }

            var idle = state.Clock.GetElapsedTime(binding.LastUsed);
            if (idle >= OwnIdle && binding.Caller.Principal == caller.Principal && (own is null || binding.LastUsed < own.LastUsed))
            {
                own = binding;
            }

            if (idle >= ForeignIdle && (foreign is null || binding.LastUsed < foreign.LastUsed))
            {
                foreign = binding;
            }
        }

        if ((own ?? foreign) is not { } victim)
        {
            return false;
        }

        state.EndBinding(victim, "idle, and its place was needed at max_client_sessions", cut: true, effects);
        return true;
    }
}
