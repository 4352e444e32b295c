namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>Whoever runs the server: reconfigures, drains, resumes, resets.</summary>
internal sealed class Operator(SimulatedPool pool, Ledger ledger, Trail trail)
{
    private int _credential = 1;

    /// <summary>Called when the pool begins with a new connection.</summary>
    public Action ConnectionChanges { get; init; } = static () => { };

    /// <summary>Changes what may change live; now and then the connection, too.</summary>
    public void Reconfigure()
    {
        var next = Vary(pool.Pool.Options, pool.Luck);
        var change = pool.Luck.Next(6);
        if (change == 0)
        {
            next = next with { Credential = Credential.Stored(++_credential) };
        }

        trail.Note($"apply {next.Strategy}, {next.Isolation}, enabled {next.Enabled}, {next.MinSize}–{next.Size}–{next.MaxSize}, auto {next.AutoScale}, {next.MaxConcurrency} at once, {next.Credential.Fingerprint}");
        if (change < 2)
        {
            ConnectionChanges();
        }

        pool.Pool.Apply(next, change == 1 ? pool.Upstream : null);
    }

    public static PoolOptions Vary(PoolOptions options, Random luck)
    {
        var size = luck.Next(1, 6);
        var strategy = (PoolStrategy)luck.Next(5);
        return options with
        {
            Enabled = luck.Next(8) > 0,
            Isolation = (Isolation)luck.Next(4),

            // Refused by the host: there is nothing to weigh.
            Strategy = strategy == PoolStrategy.Weighted && options.EndpointWeights.Count == 1 ? PoolStrategy.LeastConnections : strategy,
            MinSize = luck.Next(1, size + 1),
            Size = size,
            MaxSize = size + luck.Next(5),
            MaxConcurrency = luck.Next(1, 9),
            MaxPending = luck.Next(3) == 0 ? luck.Next(1, 30) : 0,
            AutoScale = luck.Next(3) == 0,
            CollectMetrics = luck.Next(4) > 0,
        };
    }

    /// <summary>Drains, and lets the pool serve again some time later, one way or the other.</summary>
    public async Task DrainAsync()
    {
        var timeout = TimeSpan.FromSeconds(pool.Luck.Next(20));
        if (ledger.DrainDeadline is not null)
        {
            Assert.False(pool.Pool.TryDrain(timeout), "a second drain began");
            return;
        }

        trail.Note($"drain within {timeout.TotalSeconds} s");
        ledger.Drains(timeout);
        Assert.True(pool.Pool.TryDrain(timeout));
        await pool.WaitAsync(TimeSpan.FromSeconds(pool.Luck.Next(60)));
        if (pool.Luck.Next(2) == 0)
        {
            Reset();
        }
        else
        {
            Resume();
        }
    }

    public void Resume()
    {
        trail.Note("resume");
        var wasDraining = ledger.DrainDeadline is not null;
        ledger.Serves();
        Assert.Equal(wasDraining, pool.Pool.TryResume());
    }

    public void Reset()
    {
        trail.Note("reset");
        ledger.Serves();
        ConnectionChanges();
        pool.Pool.Reset();
    }
}
