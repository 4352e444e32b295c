namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>Clients that hold a client session: initialize, requests, perhaps a stream, and at the end a DELETE, or nothing.</summary>
internal sealed class SessionClients(SimulatedPool pool, Ledger ledger, Trail trail)
{
    /// <param name="caller">Who it is.</param>
    /// <param name="pause">Between its requests.</param>
    /// <param name="requests">How many it makes.</param>
    public async Task LiveAsync(Caller caller, TimeSpan pause, int requests)
    {
        using var leaving = new CancellationTokenSource(pool.Luck.Next(10) == 0 ? TimeSpan.FromSeconds(pool.Luck.NextDouble()) : Timeout.InfiniteTimeSpan, pool.Time);
        Bound<SimulatedSession> bound;
        try
        {
            bound = await ledger.BindAsync(caller, leaving);
        }
        catch (OperationCanceledException)
        {
            trail.Note($"{caller.Principal} leaves before the session is there");
            return;
        }

        trail.Note($"{caller.Principal} initializes: {bound.Refusal?.Reason ?? bound.Binding?.Session.ToString() ?? "shared"}");
        if (bound.Binding is { } binding)
        {
            await new SessionClient(pool, ledger, trail, binding).LiveAsync(pause, requests);
        }
    }
}
