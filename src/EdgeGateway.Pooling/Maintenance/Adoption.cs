using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Pins a session that an earlier run of the gateway opened and left open. It was used, by nobody knows what: it is never replaced behind
/// its client's back, and never handed on. Runs under the pool's lock.
/// </summary>
internal sealed class Adoption<TSession>(PoolState<TSession> state, BindingLimits<TSession> limits, SessionPool<TSession> pool)
    where TSession : class, IPooledSession
{
    public Bound<TSession> Decide(in Caller caller, int endpoint, TSession session, Effects<TSession> effects)
    {
        if (Refuse(caller, endpoint, effects) is { } refusal)
        {
            state.Counters.Rejections++;
            return new(refusal);
        }

        var ask = state.Resolve(new Ask(caller, LeaseMode.Exclusive, Bind: true));
        var entry = new SessionEntry<TSession>(
            session, state.Turnstile, endpoint, state.Breakers[endpoint], ask.Kind, state.Generation, state.Clock, state.Random.NextDouble())
        {
            Tainted = true,
        };
        state.Counters.Creates++;
        state.Tell(effects, "adopted", entry, "it was left open by an earlier run of the gateway");
        var binding = state.Bind(pool, entry, ask, effects);
        binding.MarkUsed();
        return new(binding);
    }

    /// <summary>The limits are those of any binding; the session is open already, so a place of the gateway's is all that is left to take.</summary>
    private Refusal? Refuse(in Caller caller, int endpoint, Effects<TSession> effects)
    {
        if (state.Phase != PoolPhase.Serving)
        {
            return state.Phase == PoolPhase.Ended ? Refusals.Disabled : Refusals.Draining;
        }

        var isOfThisConnection = endpoint < state.Breakers.Length && (!caller.Credential.IsStored || caller.Credential.Equals(state.Options.Credential));
        if (!isOfThisConnection)
        {
            return Refusals.BindingEnded("the connection changed");
        }

        return limits.MakeRoomForBinding(caller, effects) ?? (state.Cap.TryTake() ? null : Refusals.GatewayFull(state.Cap));
    }
}
