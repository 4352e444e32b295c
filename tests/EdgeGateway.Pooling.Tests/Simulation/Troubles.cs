namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>What goes wrong at the upstream, when, and for how long.</summary>
internal sealed class Troubles(SimulatedPool pool, Trail trail)
{
    private static readonly Trouble[] Kinds = Enum.GetValues<Trouble>()[1..];

    /// <summary>Something for a while, at one endpoint or at all.</summary>
    public async Task StrikeAsync()
    {
        if (pool.Luck.Next(4) == 0)
        {
            var restarted = pool.Luck.Next(pool.Upstream.Endpoints);
            trail.Note($"endpoint {restarted} forgets all its sessions");
            pool.Upstream.Forget(restarted);
        }

        var kind = Kinds[pool.Luck.Next(Kinds.Length)];
        var which = pool.Luck.Next(-1, pool.Upstream.Endpoints);
        trail.Note($"{kind} at {(which < 0 ? "all endpoints" : $"endpoint {which}")}");
        Change(which, trouble => trouble | kind);
        await pool.WaitAsync(TimeSpan.FromSeconds(pool.Luck.Next(3) == 0 ? pool.Luck.Next(30, 200) : pool.Luck.Next(1, 30)));
        trail.Note($"{kind} is over");
        Change(-1, trouble => trouble & ~kind);
    }

    private void Change(int which, Func<Trouble, Trouble> change)
    {
        for (var endpoint = 0; endpoint < pool.Upstream.Endpoints; endpoint++)
        {
            if ((which < 0 || which == endpoint) && change(pool.Upstream[endpoint]) != pool.Upstream[endpoint])
            {
                pool.Upstream[endpoint] = change(pool.Upstream[endpoint]);
            }
        }
    }
}
