using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>A pool's configuration with every gap filled.</summary>
/// <param name="Values">Every field set, but <c>sticky_header</c>, which may be null.</param>
/// <param name="Sources">Per field: server, global or default.</param>
internal sealed record EffectivePool(PoolSettings Values, IReadOnlyDictionary<string, string> Sources)
{
    public bool Enabled => Values.Enabled!.Value;

    public PoolStrategy Strategy => Values.Strategy!.Value;
}

/// <summary>From what was set, here and globally, to what holds.</summary>
internal sealed class PoolConfigResolver(LiveSettings settings)
{
    /// <summary>A process needs longer to come up than a connection.</summary>
    private static readonly TimeSpan StdioHandshake = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan HttpHandshake = TimeSpan.FromSeconds(10);

    public EffectivePool Resolve(PoolSettings? set, ServerTransport transport)
    {
        var resolved = new PoolSettings();
        var sources = new Dictionary<string, string>(PoolFields.All.Count);
        foreach (var field in PoolFields.All)
        {
            (resolved, sources[field.Name]) = field.Resolve(new PoolContext(set, settings.Current.Pools, transport, resolved));
        }

        if (!settings.Current.Pools.Enabled && resolved.Enabled == true)
        {
            // The kill switch wins, and says so; what was set comes back with it.
            resolved = resolved with { Enabled = false };
            sources["enabled"] = PoolSources.Global;
        }

        return new EffectivePool(resolved, sources);
    }

    /// <summary>What no single field can tell: sizes that contradict each other, a strategy without endpoints to weigh.</summary>
    public void Check(ServerDefinition server, string pointer, ValidationErrors errors)
    {
        var values = Resolve(server.Pool, server.Transport).Values;
        var (min, size, max) = (values.MinSize!.Value, values.Size!.Value, values.MaxSize!.Value);
        if (min > size)
        {
            errors.Add(pointer + "/min_size", $"must be at most size ({size}); got {min}");
        }

        if (size > max)
        {
            errors.Add(pointer + "/max_size", $"must be at least size ({size}); got {max}");
        }

        if (values.Strategy == PoolStrategy.Weighted && server.Endpoints.Count < 2)
        {
            errors.Add(pointer + "/strategy", $"weighted needs at least two endpoints to weigh; this server has {server.Endpoints.Count}");
        }
    }

    /// <summary>The engine's configuration: units leave the wire here.</summary>
    public PoolOptions ToOptions(ServerDefinition server, EffectivePool effective)
    {
        var values = effective.Values;
        return new PoolOptions
        {
            Enabled = effective.Enabled,
            Strategy = effective.Strategy,
            Isolation = values.Isolation!.Value,
            Size = values.Size!.Value,
            MinSize = values.MinSize!.Value,
            MaxSize = values.MaxSize!.Value,
            AcquireTimeout = TimeSpan.FromSeconds(values.Timeout!.Value),
            MaxIdleTime = TimeSpan.FromSeconds(values.MaxIdleTime!.Value),
            MaxLifetime = TimeSpan.FromSeconds(values.MaxLifetime!.Value),
            AutoScale = values.AutoScale!.Value,
            HealthCheckInterval = TimeSpan.FromSeconds(values.HealthCheckInterval!.Value),
            HealthCheckThreshold = values.HealthCheckThreshold!.Value,
            RebalanceInterval = TimeSpan.FromSeconds(values.RebalanceInterval!.Value),
            CleanupInterval = TimeSpan.FromSeconds(settings.Current.Pools.CleanupInterval),
            CollectMetrics = settings.Current.Pools.MetricsEnabled,
            MaxConcurrency = values.MaxConcurrency!.Value,
            MaxClientSessions = values.MaxClientSessions!.Value,
            ClientSessionIdle = TimeSpan.FromSeconds(values.ClientSessionIdle!.Value),
            MaxPending = values.MaxPending!.Value,
            HandshakeTimeout = server.Transport == ServerTransport.Stdio ? StdioHandshake : HttpHandshake,
            EndpointWeights = server.Endpoints.Count == 0 ? [1] : [.. server.Endpoints.Select(endpoint => endpoint.Weight)],
            DefaultClass = DefaultClass,
            Credential = Credential.Stored(server.ConnectionVersion),
        };
    }

    /// <summary>What is declared before any client was seen.</summary>
    public static SessionClass DefaultClass { get; } = new(ProtocolVersions.NewestLegacy, "{}");
}
