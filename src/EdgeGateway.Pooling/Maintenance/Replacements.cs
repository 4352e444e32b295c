using EdgeGateway.Pooling.Line;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// Puts a new session in the place of one the upstream forgot, behind the back of a client that has lost nothing by it (pool.md section 2).
/// </summary>
internal sealed class Replacements<TSession>(PoolState<TSession> state, SessionPool<TSession> pool)
    where TSession : class, IPooledSession
{
    /// <summary>Decides what is to become of a binding whose session is gone. Under the pool's lock.</summary>
    public Task<Refusal?> Decide(Binding<TSession> binding, TSession gone, Effects<TSession> effects)
    {
        if (binding.HasEnded)
        {
            return Task.FromResult<Refusal?>(Refusals.BindingEnded(binding.EndReason));
        }

        if (binding.IsLeaving)
        {
            state.EndBinding(binding, "the upstream forgot the session", cut: true, effects);
            return Task.FromResult<Refusal?>(Refusals.BindingEnded(binding.EndReason));
        }

        if (!ReferenceEquals(binding.Session, gone))
        {
            return Task.FromResult<Refusal?>(null);
        }

        if (binding.Replacement is { } running)
        {
            // It was clean when it was lost; what was asked of it since has not run.
            return running.Task;
        }

        if (!binding.IsClean)
        {
            state.EndBinding(binding, "the upstream forgot the session", cut: true, effects);
            return Task.FromResult<Refusal?>(Refusals.BindingEnded(binding.EndReason));
        }

        state.Close(binding.Entry, "the upstream forgot the session", effects);
        binding.Replacement = new TaskCompletionSource<Refusal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        effects.Replacements.Add(binding);
        return binding.Replacement.Task;
    }

    /// <summary>Outside the lock: asks for a session like everybody else, and pins it.</summary>
    public async Task RunAsync(Binding<TSession> binding, Changes<TSession> changes)
    {
        var grant = await pool.BindAgainAsync(binding.Caller);
        Refusal? refusal = null;
        TaskCompletionSource<Refusal?>? answer = null;
        changes.Make(binding, (replaced, effects) =>
        {
            answer = replaced.Replacement;
            replaced.Replacement = null;
            refusal = Pin(replaced, grant, effects);
        });
        answer!.TrySetResult(refusal);
    }

    private Refusal? Pin(Binding<TSession> binding, in Grant<TSession> grant, Effects<TSession> effects)
    {
        if (grant.Binding is not { } fresh)
        {
            state.EndBinding(binding, "no session could be had in place of the lost one", cut: true, effects);
            return grant.Refusal ?? Refusals.BindingEnded(binding.EndReason);
        }

        if (binding.HasEnded)
        {
            state.EndBinding(fresh, binding.EndReason, cut: true, effects);
            return Refusals.BindingEnded(binding.EndReason);
        }

        if (fresh.HasEnded)
        {
            state.EndBinding(binding, fresh.EndReason, cut: true, effects);
            return Refusals.BindingEnded(binding.EndReason);
        }

        state.Bindings.Remove(fresh);
        binding.Entry = fresh.Entry;
        binding.LastUsed = state.Now;
        state.Tell(effects, "replaced", fresh.Entry, "the upstream forgot a session that had carried nothing yet");
        return null;
    }
}
