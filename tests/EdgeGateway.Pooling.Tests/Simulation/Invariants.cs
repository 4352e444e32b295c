namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>pool.md section 6, between the moments: what the pool says of itself is what its callers and its upstream know.</summary>
internal sealed class Invariants(SimulatedPool pool, Ledger ledger)
{
    /// <summary>A drain closes sessions four at a time, two seconds each.</summary>
    private static readonly TimeSpan OneClose = TimeSpan.FromSeconds(2.0 / 4);
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(10);

    /// <summary>After every step.</summary>
    public void Check()
    {
        var stats = pool.Stats;
        var now = pool.Time.Now;
        Assert.True(stats.Total - stats.Bound - stats.Draining <= pool.Pool.Options.MaxSize, "I1: more than max_size are open");
        Equal("open", stats.Total, stats.Active + stats.Available + stats.Unhealthy + stats.Draining);
        Equal("I2, leases held", ledger.Held, stats.InFlight);
        Equal("I2, leases counted", stats.Acquisitions - stats.Releases, stats.InFlight);
        Equal("I3", ledger.Requests, stats.Acquisitions + ledger.Uncounted + stats.Timeouts + stats.Rejections + stats.Cancellations + stats.Waiting);
        Equal("I4", stats.Creates - stats.Destroys, stats.Total);
        Equal("I4, places of the gateway", pool.Upstream.Standing.Count + stats.Opening, pool.Cap.Open);
        Equal("in line", ledger.Waiting.Count + ledger.Replacing.Count, stats.Waiting);
        Assert.True(ledger.Waiting is not [var oldest, ..] || now - oldest.Since <= ledger.LongestWait, "I11: a caller waits too long");
        Assert.True(ledger.Replacing is not [var first, ..] || now - first.Since <= ledger.LongestWait, "I11: a replacement takes too long");
        if (stats.Waiting > 0)
        {
            Assert.True(ledger.DrainDeadline is null && !ledger.HasEnded, "callers wait for a pool that drains");
            NobodyWaitsForWhatIsFree();
        }

        if (stats.Status == PoolStatus.Draining)
        {
            var longest = Math.Max(ClosingTime.Ticks, OneClose.Ticks * pool.Upstream.Standing.Count);
            Assert.True(now <= ledger.DrainDeadline + TimeSpan.FromTicks(longest) + Ledger.Tick, "I12: the drain does not end");
        }
    }

    /// <summary>Every minute: session by session, too.</summary>
    public void CheckAll()
    {
        Check();
        var infos = pool.Pool.Sessions();
        var stats = pool.Stats;
        Equal("sessions listed", stats.Total, infos.Count);
        Equal("bound sessions listed", stats.Bound, infos.Count(info => info.Bound));
        ledger.Bindings.RemoveWhere(binding => binding.Ended.IsCancellationRequested);
        var leaving = ledger.Bindings.Count - stats.Bound - ledger.Replacing.Count(replacing => ledger.Bindings.Contains(replacing.Binding));
        Assert.InRange(leaving, 0, ledger.Bindings.Count(binding => binding.Session.Use.Running > 0));

        // Those the pool has given up may still be waiting for their close.
        var standing = pool.Upstream.Standing.Where(session => !session.IsClosed).ToLookup(session => session.DisplayId);
        foreach (var info in infos)
        {
            Assert.True(standing[info.SessionId].Any(), $"I4: the upstream knows nothing of {info.SessionId}");
            if (standing[info.SessionId].ToArray() is [var session])
            {
                Equal($"I2, {session}", session.Use.Running, info.InFlight);
                Equal($"endpoint of {session}", session.Endpoint, info.Endpoint);
                Assert.True(session.Use.IsBound || !info.Bound, $"{session} was never bound");
                Assert.True(session.Use.Owner is null || info.Partition is not null, $"I6: {session} belongs to {session.Use.Owner} and counts as fresh");
            }
        }
    }

    /// <summary>I8.</summary>
    private void NobodyWaitsForWhatIsFree()
    {
        var options = pool.Pool.Options;
        if (ledger.IsDirect || options.Strategy == PoolStrategy.Sticky)
        {
            return;
        }

        var standing = pool.Upstream.Standing.Where(session => !session.IsClosed).ToLookup(session => session.DisplayId);
        foreach (var info in pool.Pool.Sessions())
        {
            if (info.Bound || info.Status is SessionStatus.Draining or SessionStatus.Unhealthy || standing[info.SessionId].ToArray() is not [var session])
            {
                continue;
            }

            // Where sessions are shared no client's capabilities are declared; what was opened before that was known serves nobody.
            var isShared = ledger.IsShared(session);
            if ((isShared && session.Class.DeclaresCapabilities) || session.ProbesRunning > 0 || !IsTrusted(session, info) || info.InFlight >= (isShared ? options.MaxConcurrency : 1))
            {
                continue;
            }

            var forgotten = ledger.Waiting.FirstOrDefault(waiting =>
                (isShared ? Ledger.Undeclared(waiting.Caller.Class) : waiting.Caller.Class) == session.Class
                && ledger.Meant(waiting.Caller.Credential).Equals(session.Credential)
                && (!waiting.Bind || info.Partition is null || isShared)
                && (isShared || session.Use.Owner is not { } owner || owner.Principal == waiting.Caller.Principal)
                && (isShared || session.Use.Owner is not null || info.Partition is null));
            Assert.True(forgotten is null, $"I8: caller {forgotten?.Number} waits for {forgotten?.Bind switch { true => "a binding", _ => "a lease" }} while {session} is free: {info}");
        }
    }

    /// <summary>Of a session that requests run on, the pool does not tell whether its endpoint's circuit is open: only that of an endpoint that is well since long surely is not.</summary>
    private bool IsTrusted(SimulatedSession session, SessionInfo info) =>
        info.InFlight == 0 || pool.Upstream.WellSince(session.Endpoint) + PoolSimulation.HealingTime <= pool.Time.Now;

    private static void Equal(string what, long expected, long found) => Assert.True(expected == found, $"{what}: {expected} expected, {found} found");
}
