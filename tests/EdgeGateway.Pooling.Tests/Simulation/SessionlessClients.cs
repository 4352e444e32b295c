namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>Callers that hold no client session: one request each.</summary>
internal sealed class SessionlessClients(SimulatedPool pool, Ledger ledger, Trail trail)
{
    /// <summary>A request that was cancelled gets this long to end before its session counts as not clean.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <param name="caller">Who calls.</param>
    /// <param name="mode">How much of a session.</param>
    /// <param name="work">How long the request takes when all is well.</param>
    /// <param name="patience">After this the caller leaves; null: it stays.</param>
    public async Task CallAsync(Caller caller, LeaseMode mode, TimeSpan work, TimeSpan? patience)
    {
        // A session that is gone did not run the request: it is retried, once.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (await TryCallAsync(caller, mode, work, patience) != LeaseOutcome.SessionGone)
            {
                return;
            }
        }
    }

    private async Task<LeaseOutcome?> TryCallAsync(Caller caller, LeaseMode mode, TimeSpan work, TimeSpan? patience)
    {
        using var leaving = new CancellationTokenSource(patience ?? Timeout.InfiniteTimeSpan, pool.Time);
        Acquired<SimulatedSession> acquired;
        try
        {
            acquired = await ledger.AcquireAsync(caller, mode, leaving);
        }
        catch (OperationCanceledException)
        {
            trail.Note($"{caller.Principal} leaves the line");
            return null;
        }

        if (acquired.Refusal is { } refusal)
        {
            trail.Note($"{caller.Principal} is refused: {refusal.Reason}");
            return null;
        }

        var session = acquired.Lease.Session;
        trail.Note($"{caller.Principal} runs on {session}, {mode}");
        var outcome = await ServeAsync(session, work, leaving.Token);
        trail.Note($"{caller.Principal} gives {session} back: {outcome}");
        ledger.Release(acquired.Lease, outcome);
        switch (pool.Luck.Next(50))
        {
            case 0:
                ledger.ReleaseAgain(acquired.Lease, outcome);
                break;
            case 1:
                ledger.LeavesNow();
                break;
        }

        return outcome;
    }

    private async Task<LeaseOutcome> ServeAsync(SimulatedSession session, TimeSpan work, CancellationToken leaving)
    {
        var served = pool.Upstream.ServeAsync(session, work);
        await Task.WhenAny(served, pool.Time.WaitAsync(Timeout.InfiniteTimeSpan, leaving));
        if (!served.IsCompleted)
        {
            await Task.WhenAny(served, pool.WaitAsync(Grace));
        }

        return served.IsCompleted ? await served : LeaseOutcome.CallerCancelled;
    }
}
