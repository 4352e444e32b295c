using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Invariants;

/// <summary>A caller that has asked, as the test sees it.</summary>
internal sealed record Asked(int Number, Caller Caller, bool Bind, Task Task, CancellationTokenSource Leaving, DateTimeOffset Deadline);

/// <summary>A lease that is out.</summary>
internal sealed record Held(Lease<FakeSession> Lease, Caller Caller, bool IsShared, bool IsExclusive, Binding<FakeSession>? Binding);

/// <summary>What a session was used for in its life.</summary>
internal sealed class History
{
    public HashSet<string> Principals { get; } = [];

    public bool ServedUnshared { get; set; }

    public int ClientSessions { get; set; }
}

/// <summary>What must hold after every step: pool.md section 6.</summary>
internal sealed class Model(PoolUnderTest pool)
{
    public List<Asked> Waiting { get; } = [];

    public List<Held> Leases { get; } = [];

    public List<Lease<FakeSession>> Released { get; } = [];

    public List<Binding<FakeSession>> Bindings { get; } = [];

    public List<Task<Refusal?>> Replacements { get; } = [];

    public Dictionary<FakeSession, History> Histories { get; } = [];

    /// <summary>Requests so far, and those of them that got what the pool does not count: a binding or a sample.</summary>
    public long Requests { get; set; }

    public long Bound { get; set; }

    public DateTimeOffset? DrainEnds { get; set; }

    private DateTimeOffset Now => pool.Clock.GetUtcNow();

    public void Granted(Held held)
    {
        Leases.Add(held);
        var session = held.Lease.Session;
        var history = Histories.TryGetValue(session, out var known) ? known : Histories[session] = new History();
        history.Principals.Add(held.Caller.Principal);
        history.ServedUnshared |= !held.IsShared;

        Assert.False(session.IsClosed, $"{session} was leased after it was closed");
        Assert.Equal(held.Caller.Credential.Fingerprint, session.Credential.Fingerprint); // I7
        Assert.True(!history.ServedUnshared || history.Principals.Count == 1, $"I6: {session} served {string.Join(", ", history.Principals)}");
        if (held.Binding is null)
        {
            var together = Leases.Count(other => other.Lease.Session == session);
            Assert.True(together <= (held.IsExclusive ? 1 : pool.Options.MaxConcurrency), $"I2: {together} requests on {session}");
            Assert.DoesNotContain(Leases, other => other != held && other.Lease.Session == session && (other.IsExclusive || other.Binding is not null));
        }
    }

    public void Check()
    {
        var stats = pool.Stats;
        Assert.True(stats.Total - stats.Bound - stats.Draining <= pool.Options.MaxSize, $"I1: {stats.Total} open, {stats.Bound} bound, {stats.Draining} draining");
        Assert.Equal(stats.Total, stats.Active + stats.Available + stats.Unhealthy + stats.Draining);
        Assert.Equal(Leases.Count, stats.InFlight); // I2
        Assert.Equal(stats.Acquisitions - stats.Releases, stats.InFlight);
        Assert.Equal(Requests, stats.Acquisitions + Bound + stats.Timeouts + stats.Rejections + stats.Cancellations + stats.Waiting); // I3
        Assert.Equal(stats.Creates - stats.Destroys, stats.Total); // I4
        Assert.Equal(stats.Total, pool.Upstream.Open.Count());
        Assert.Equal(stats.Total + stats.Opening, pool.Cap.Open);
        Assert.Equal(Bindings.Count(binding => !binding.Ended.IsCancellationRequested && !binding.IsLeaving), stats.Bound + Replacements.Count);
        Assert.All(Bindings.Where(binding => binding.IsLeaving && !binding.Ended.IsCancellationRequested), binding => Assert.False(binding.Entry.IsIdle)); // it waits for a request, or it has ended
        Assert.All(Waiting, asked => Assert.True(Now <= asked.Deadline + TimeSpan.FromSeconds(1.1), $"I11: caller {asked.Number} waits since long"));
        if (stats.Status == PoolStatus.Draining)
        {
            Assert.True(Now <= DrainEnds + TimeSpan.FromSeconds(11), "I12: the drain does not end");
        }

        if (stats.Status is PoolStatus.Draining or PoolStatus.Drained)
        {
            Assert.Empty(Waiting);
        }
        else if (pool.Options.Strategy is not (PoolStrategy.Sticky or PoolStrategy.None) && pool.Options.Enabled && stats.Circuit == CircuitState.Closed)
        {
            NobodyWaitsForWhatIsFree();
        }
    }

    /// <summary>I8.</summary>
    private void NobodyWaitsForWhatIsFree()
    {
        var open = pool.Upstream.Open.ToDictionary(session => session.DisplayId);
        foreach (var info in pool.Pool.Sessions())
        {
            var session = open[info.SessionId];
            var isShared = IsShared(session);
            if (info.Bound || info.Status is SessionStatus.Draining or SessionStatus.Unhealthy || info.InFlight >= (isShared ? pool.Options.MaxConcurrency : 1))
            {
                continue;
            }

            Assert.DoesNotContain(Waiting, asked =>
                asked.Caller.Class == session.Class
                && asked.Caller.Credential.Equals(session.Credential)
                && (!asked.Bind || info.Partition is null)
                && (isShared || info.Partition is null || info.Partition.StartsWith(asked.Caller.Principal + " ", StringComparison.Ordinal)));
        }
    }

    public bool IsShared(FakeSession session) =>
        pool.Options.Isolation == Isolation.Shared || (pool.Options.Isolation == Isolation.Auto && !session.IsStateful);
}
