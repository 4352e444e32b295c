namespace EdgeGateway.Pooling.Maintenance;

/// <summary>The pool stops serving: nobody new gets in, who is in may finish until the deadline (pool.md section 5, drain). Used under the pool's lock.</summary>
internal sealed class Drain<TSession>(PoolState<TSession> state, Reconfiguration<TSession> reconfiguration)
    where TSession : class, IPooledSession
{
    /// <summary>After the deadline an upstream that does not answer the closing of its sessions is waited for no longer than this.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(10);

    private TaskCompletionSource _drained = Completed();
    private long _deadline;
    private long _end;

    public Task Done => _drained.Task;

    public bool IsRunning { get; private set; }

    /// <summary>Timestamp.</summary>
    public long NextCheck => state.Now < _deadline ? _deadline : _end;

    /// <param name="phase">Draining, or Ended for a shutdown.</param>
    /// <param name="timeout">How long running requests may go on.</param>
    /// <param name="refusal">What those in line are told.</param>
    /// <param name="keepBound">Leave bound sessions open upstream, but for those that nobody could go on with.</param>
    /// <param name="effects">What follows.</param>
    public void Begin(PoolPhase phase, TimeSpan timeout, Refusal refusal, bool keepBound, Effects<TSession> effects)
    {
        if (!IsRunning)
        {
            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        IsRunning = true;
        state.Phase = phase;
        _deadline = state.Now + (long)(timeout.TotalSeconds * state.Clock.TimestampFrequency);
        _end = _deadline + (long)(ClosingTime.TotalSeconds * state.Clock.TimestampFrequency);
        state.Tell(effects, "draining", null, $"at most {timeout.TotalSeconds:0} s");
        state.CallOffOpenings(effects);
        reconfiguration.RetireWhere(_ => true, "draining", effects);

        // Nobody gets in any more: who stands in line is told after that, so that no newcomer fares better.
        while (state.Line.Oldest is { } waiter)
        {
            state.Refuse(waiter, refusal, effects);
        }

        if (!keepBound)
        {
            reconfiguration.EndBindings("draining", effects);
            return;
        }

        foreach (var binding in state.Bindings.ToArray())
        {
            if (binding.Session.EndsWithGateway)
            {
                state.EndBinding(binding, "draining", cut: false, effects);
            }
            else
            {
                // Stays open upstream, but takes no more requests; the last that runs wakes this drain.
                binding.Entry.Suspend();
            }
        }
    }

    /// <summary>Ends the drain when nothing runs any more, or its time is over.</summary>
    public void Check(Effects<TSession> effects)
    {
        if (!IsRunning)
        {
            return;
        }

        var isLate = state.Now >= _deadline;
        if (isLate)
        {
            foreach (var entry in state.Ring.Entries.ToArray())
            {
                if (entry is not null)
                {
                    state.Close(entry, "the drain's time was over", effects);
                }
            }

            foreach (var entry in state.Leaving.ToArray())
            {
                state.Close(entry, "the drain's time was over", effects);
            }
        }

        var isEmpty = state.Ring.Count + state.Leaving.Count + state.Openings.Count + state.Closing == 0 && (isLate || IsQuiet());
        if (isEmpty || state.Now >= _end)
        {
            IsRunning = false;
            state.Phase = state.Phase == PoolPhase.Draining ? PoolPhase.Drained : state.Phase;
            state.Tell(effects, "drained", null, isLate ? "the drain's time was over" : "no request runs any more");
            effects.Drained.Add(_drained);
        }
    }

    /// <summary>No request runs or is about to begin, not even on a session that is kept.</summary>
    private bool IsQuiet()
    {
        foreach (var binding in state.Bindings)
        {
            if (!binding.Entry.IsIdle)
            {
                return false;
            }
        }

        return state.Totals().InFlight == 0;
    }

    /// <summary>The pool serves again; whoever waited for the drain need not.</summary>
    public void Abandon(Effects<TSession> effects)
    {
        if (IsRunning)
        {
            IsRunning = false;
            effects.Drained.Add(_drained);
        }
    }

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
