namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>One client and its client session.</summary>
internal sealed class SessionClient(SimulatedPool pool, Ledger ledger, Trail trail, Binding<SimulatedSession> binding)
{
    private SimulatedSession _session = binding.Session;
    private bool _leftSomething;

    private string Name => binding.Caller.Principal;

    public async Task LiveAsync(TimeSpan pause, int requests)
    {
        var stream = pool.Luck.Next(3) == 0 ? binding.HoldStream() : null;
        for (; requests > 0 && !binding.Ended.IsCancellationRequested; requests--)
        {
            // Some ask again before the first answer is there.
            var other = pool.Luck.Next(4) == 0 ? RequestAsync() : Task.CompletedTask;
            await RequestAsync();
            await other;
            await pool.WaitAsync(pause);
        }

        stream?.Dispose();
        stream?.Dispose();
        if (pool.Luck.Next(3) == 0)
        {
            await AbandonAsync();
        }
        else
        {
            if (pool.Luck.Next(5) == 0)
            {
                // It does not wait for the answer.
                pool.Thread.Watch(RequestAsync());
            }

            Delete();
        }
    }

    private async Task RequestAsync()
    {
        var acquired = binding.Acquire();
        if (acquired.Refusal is { } refusal)
        {
            // To a binding that has ended the pool owes no answer it would count.
            ledger.Requests += refusal.Rejection == Rejection.BindingEnded ? 0 : 1;
            return;
        }

        var session = acquired.Lease.Session;
        ledger.Requests++;
        ledger.TookBound(session);
        SeesNoOther(session);
        var isToolCall = pool.Luck.Next(2) == 0;
        if (isToolCall)
        {
            binding.MarkUsed();
        }

        trail.Note($"{Name} asks {session}{(isToolCall ? ", and leaves something there" : "")}");
        var outcome = await pool.Upstream.ServeAsync(session, TimeSpan.FromSeconds(pool.Luck.NextDouble()));
        trail.Note($"{Name} has its answer of {session}: {outcome}");
        if (outcome == LeaseOutcome.SessionGone && isToolCall)
        {
            binding.TakeBackUse();
        }

        _leftSomething |= isToolCall && outcome != LeaseOutcome.SessionGone;
        session.Use.MayBeCut |= outcome == LeaseOutcome.SessionGone;
        ledger.Release(acquired.Lease, outcome);
        if (outcome == LeaseOutcome.SessionGone)
        {
            await ReplaceAsync(session);
        }
    }

    /// <summary>A clean one is replaced behind the client's back, any other ends.</summary>
    private async Task ReplaceAsync(SimulatedSession gone)
    {
        var wasClean = binding.IsClean;
        var isFirst = !binding.Ended.IsCancellationRequested && binding.Session == gone && !gone.Use.IsBeingReplaced;
        gone.Use.IsBeingReplaced = true;
        var answer = binding.ReplaceAsync(gone);
        if (!isFirst || !wasClean)
        {
            var refused = await answer;
            Assert.True(wasClean || refused is not null || binding.Session != gone, $"{gone} is replaced, though {Name} had left something there");
            return;
        }

        var replacing = (pool.Time.Now, binding);
        ledger.Requests++;
        ledger.Replacing.Add(replacing);
        var refusal = await pool.SeeAsync(answer);
        ledger.Replacing.Remove(replacing);
        ledger.Uncounted += refusal?.Rejection is null or Rejection.BindingEnded ? 1 : 0;
        trail.Note($"{gone} of {Name} is replaced: {refusal?.Reason ?? binding.Session.ToString()}");
        if (refusal is null)
        {
            ledger.Owns(binding.Session, binding.Caller);
        }
        else
        {
            Assert.True(binding.Ended.IsCancellationRequested);
        }
    }

    /// <summary>A binding is served by one session from its beginning to its end, unless nothing was left on it.</summary>
    private void SeesNoOther(SimulatedSession session)
    {
        Assert.True(session == _session || !_leftSomething, $"{Name} had left something on {_session}, and now gets {session}");
        _session = session;
    }

    private void Delete()
    {
        trail.Note($"{Name} deletes {binding.Session}");
        binding.Session.Use.MayBeCut = true;
        binding.End("the client said DELETE");
        binding.End("the client said DELETE");
        Assert.True(binding.Ended.IsCancellationRequested);
    }

    /// <summary>It ends for being idle: not before <c>client_session_idle</c>, and at the first clean-up after it.</summary>
    private async Task AbandonAsync()
    {
        trail.Note($"{Name} is never seen again");
        await pool.WaitAsync(ClientSessionIdle + pool.Pool.Options.CleanupInterval + (2 * Ledger.Tick) + Ledger.Grain);
        Assert.True(binding.Ended.IsCancellationRequested, $"{binding.Session} is bound to a client that is gone");
    }

    private TimeSpan ClientSessionIdle => pool.Pool.Options.ClientSessionIdle;
}
