using EdgeGateway.Pooling.Line;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>The pool stops serving: nobody new gets in, who is in may finish until the deadline (pool.md section 5, drain). Runs under the pool's lock.</summary>
internal sealed class Drain<TSession>(PoolState<TSession> state, Reconfiguration<TSession> reconfiguration)
    where TSession : class, IPooledSession
{
    private TaskCompletionSource _drained = Completed();
    private long _deadline;

    public Task Done => _drained.Task;

    public bool IsRunning => !_drained.Task.IsCompleted;

    public TimeSpan Remaining => state.Clock.GetElapsedTime(state.Now, _deadline);

    /// <param name="phase">Draining, or Ended for a shutdown.</param>
    /// <param name="timeout">How long running requests may go on.</param>
    /// <param name="refusal">What those in line are told.</param>
    /// <param name="keepBound">Leave bound sessions open upstream.</param>
    /// <param name="effects">What follows.</param>
    public void Begin(PoolPhase phase, TimeSpan timeout, Refusal refusal, bool keepBound, Effects<TSession> effects)
    {
        if (!IsRunning)
        {
            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        state.Phase = phase;
        _deadline = state.Now + (long)(timeout.TotalSeconds * state.Clock.TimestampFrequency);
        state.Tell(effects, "draining", null, $"at most {timeout.TotalSeconds:0} s");
        while (state.Line.First is { } first)
        {
            state.Line.Leave(first);
            state.Counters.Rejections++;
            effects.Answers.Add((first.Value, new Grant<TSession>(Refusal: refusal)));
        }

        reconfiguration.RetireWhere(_ => true, "draining", effects);
        if (!keepBound)
        {
            EndBindings("draining", effects);
        }
    }

    private void EndBindings(string reason, Effects<TSession> effects)
    {
        foreach (var binding in state.Bindings.ToArray())
        {
            state.EndBinding(binding, reason, cut: false, effects);
        }
    }

    /// <summary>Ends the drain when nothing runs any more, or its time is over.</summary>
    public void Check(Effects<TSession> effects)
    {
        if (!IsRunning)
        {
            return;
        }

        if (state.Now >= _deadline)
        {
            foreach (var entry in state.Ring.Slots.ToArray())
            {
                if (entry is not null)
                {
                    state.Close(entry, "the drain's time was over", effects);
                }
            }
        }

        if (state.Now >= _deadline || (state.Ring.Count == 0 && state.Leases.Held == 0))
        {
            state.Phase = state.Phase == PoolPhase.Draining ? PoolPhase.Drained : state.Phase;
            state.Tell(effects, "drained", null, "no request runs any more");
            effects.Drained = _drained;
        }
    }

    /// <summary>The pool serves again; whoever waited for the drain need not.</summary>
    public void Abandon(Effects<TSession> effects) => effects.Drained = _drained;

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
