using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Pooling;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class PoolConfigResolverTests
{
    private static readonly PoolDefaults On = new() { Enabled = true };

    /// <summary>api.md, config: field, default, lower and upper end of its range.</summary>
    public static TheoryData<string, int, int, int> Numbers => new()
    {
        { "size", 5, 1, 1000 },
        { "min_size", 1, 1, 1000 },
        { "max_size", 10, 1, 1000 },
        { "timeout", 30, 1, 300 },
        { "max_idle_time", 3600, 60, 86400 },
        { "max_lifetime", 3600, 60, 86400 },
        { "health_check_interval", 60, 10, 3600 },
        { "health_check_threshold", 70, 1, 100 },
        { "rebalance_interval", 300, 60, 3600 },
        { "max_concurrency", 8, 1, 32 },
        { "max_client_sessions", 1000, 1, 100_000 },
        { "client_session_idle", 3600, 60, 604_800 },
        { "max_pending", 0, 0, 100_000 },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_has_its_default_and_its_range(string field, int defaultValue, int min, int max)
    {
        var (values, sources) = Resolve(On, new PoolSettings());
        Assert.Equal(defaultValue, (int)PoolFields.Write(values)[field]!);
        Assert.Equal("default", sources[field]);

        Assert.Empty(Read($$"""{"{{field}}": {{min}}}""").Errors);
        Assert.Empty(Read($$"""{"{{field}}": {{max}}}""").Errors);
        foreach (var wrong in new[] { $"{min - 1}", $"{max + 1}", "1.5", "\"5\"", "true", "[]", "1e99" })
        {
            var error = Assert.Single(Read($$"""{"{{field}}": {{wrong}}}""").Errors);
            Assert.Equal("/" + field, error.Pointer);
            Assert.StartsWith($"must be a whole number from {min} to {max}", error.Detail);
        }
    }

    [Fact]
    public void The_table_of_numbers_is_complete() =>
        Assert.Equal(
            Numbers.Select(row => row.Data.Item1).Concat(["enabled", "strategy", "auto_scale", "isolation", "sticky_header"]).Order(),
            PoolFields.All.Select(field => field.Name).Order());

    [Fact]
    public void What_has_no_number_has_its_default_too()
    {
        var (values, _) = Resolve(On, new PoolSettings());

        Assert.False(values.Enabled);
        Assert.Equal(PoolStrategy.RoundRobin, values.Strategy);
        Assert.False(values.AutoScale);
        Assert.Equal(Isolation.Auto, values.Isolation);
        Assert.Null(values.StickyHeader);
    }

    [Fact]
    public void A_global_setting_fills_what_the_server_left_out()
    {
        var globals = On with { Strategy = PoolStrategy.Sticky, Size = 7, Ttl = 120, MaxIdleTime = 90, HealthCheckInterval = 11, RebalanceInterval = 61 };

        var (values, sources) = Resolve(globals, new PoolSettings { Size = 8 });

        Assert.Equal((PoolStrategy.Sticky, 8, 120, 90, 11, 61), (values.Strategy, values.Size, values.MaxLifetime, values.MaxIdleTime, values.HealthCheckInterval, values.RebalanceInterval));
        Assert.Equal("server", sources["size"]);
        Assert.All(["strategy", "max_lifetime", "max_idle_time", "health_check_interval", "rebalance_interval"], field => Assert.Equal("global", sources[field]));
    }

    [Theory]
    [InlineData(true, null, 300, "global")] // never configured: the global setting's own default
    [InlineData(true, 200, 200, "global")]
    [InlineData(false, null, 3600, "default")]
    [InlineData(false, 200, 200, "global")]
    public void Idle_time_follows_its_special_rule(bool neverConfigured, int? global, int expected, string source)
    {
        var (values, sources) = Resolve(On with { MaxIdleTime = global }, neverConfigured ? null : new PoolSettings());

        Assert.Equal(expected, values.MaxIdleTime);
        Assert.Equal(source, sources["max_idle_time"]);
    }

    [Theory]
    [InlineData(1, 1, 10)]
    [InlineData(10, 1, 10)]
    [InlineData(50, 1, 50)]
    public void Minimum_and_maximum_follow_the_size(int size, int min, int max)
    {
        var (values, _) = Resolve(On, new PoolSettings { Size = size });

        Assert.Equal((min, max), (values.MinSize, values.MaxSize));
    }

    [Fact]
    public void A_process_gets_fewer_client_sessions_and_more_time_to_start()
    {
        var resolver = Resolver(On);
        var server = Server(new PoolSettings()) with { Transport = ServerTransport.Stdio, Endpoints = [] };
        var pool = resolver.ToOptions(server, resolver.Resolve(server.Pool, server.Transport));

        Assert.Equal(20, pool.MaxClientSessions);
        Assert.Equal(TimeSpan.FromSeconds(60), pool.HandshakeTimeout);
        Assert.Equal([1], pool.EndpointWeights);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cleanup_and_metrics_are_global(bool metrics)
    {
        var resolver = Resolver(On with { CleanupInterval = 7, MetricsEnabled = metrics });
        var server = Server(new PoolSettings());
        var pool = resolver.ToOptions(server, resolver.Resolve(server.Pool, server.Transport));

        Assert.Equal((TimeSpan.FromSeconds(7), metrics), (pool.CleanupInterval, pool.CollectMetrics));
    }

    [Fact]
    public void The_kill_switch_wins_over_the_server()
    {
        var (values, sources) = Resolve(new PoolDefaults { Enabled = false }, new PoolSettings { Enabled = true });

        Assert.False(values.Enabled);
        Assert.Equal("global", sources["enabled"]);
    }

    [Fact]
    public void Contradicting_sizes_name_both_values()
    {
        Assert.Equal([new("/pool/min_size", "must be at most size (2); got 3")], Check(new PoolSettings { Size = 2, MinSize = 3 }, On));
        Assert.Equal([new("/pool/max_size", "must be at least size (50); got 10")], Check(new PoolSettings { MaxSize = 10 }, On with { Size = 50 }));
        Assert.Empty(Check(new PoolSettings { MinSize = 4, Size = 4, MaxSize = 4 }, On));
    }

    [Fact]
    public void Weighted_needs_endpoints_to_weigh()
    {
        Assert.Equal("/pool/strategy", Assert.Single(Check(new PoolSettings { Strategy = PoolStrategy.Weighted }, On)).Pointer);
        Assert.Equal("/pool/strategy", Assert.Single(Check(new PoolSettings(), On with { Strategy = PoolStrategy.Weighted })).Pointer);
        Assert.Empty(Check(new PoolSettings { Strategy = PoolStrategy.Weighted }, On, new("http://a.example/"), new("http://b.example/", 3)));
    }

    [Fact]
    public void Units_leave_the_wire_once()
    {
        var resolver = Resolver(On with { CleanupInterval = 33 });
        var server = Server(new PoolSettings
        {
            Enabled = true,
            Strategy = PoolStrategy.Weighted,
            Size = 6,
            MinSize = 2,
            MaxSize = 12,
            Timeout = 3,
            MaxIdleTime = 61,
            MaxLifetime = 62,
            AutoScale = true,
            HealthCheckInterval = 13,
            HealthCheckThreshold = 14,
            RebalanceInterval = 65,
            Isolation = Isolation.User,
            MaxConcurrency = 7,
            MaxClientSessions = 8,
            ClientSessionIdle = 69,
            MaxPending = 10,
        }) with
        { ConnectionVersion = 4, Endpoints = [new("http://a.example/", 5), new("http://b.example/", 1)] };

        var pool = resolver.ToOptions(server, resolver.Resolve(server.Pool, server.Transport));

        Assert.Equivalent(
            new PoolOptions
            {
                Enabled = true,
                Strategy = PoolStrategy.Weighted,
                Size = 6,
                MinSize = 2,
                MaxSize = 12,
                AcquireTimeout = TimeSpan.FromSeconds(3),
                MaxIdleTime = TimeSpan.FromSeconds(61),
                MaxLifetime = TimeSpan.FromSeconds(62),
                AutoScale = true,
                HealthCheckInterval = TimeSpan.FromSeconds(13),
                HealthCheckThreshold = 14,
                RebalanceInterval = TimeSpan.FromSeconds(65),
                CleanupInterval = TimeSpan.FromSeconds(33),
                Isolation = Isolation.User,
                MaxConcurrency = 7,
                MaxClientSessions = 8,
                ClientSessionIdle = TimeSpan.FromSeconds(69),
                MaxPending = 10,
                HandshakeTimeout = TimeSpan.FromSeconds(10),
                EndpointWeights = [5, 1],
                DefaultClass = new SessionClass("2025-11-25", "{}"),
                Credential = Credential.Stored(4),
            },
            pool);
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var (values, _) = Resolve(On, new PoolSettings { Enabled = true, StickyHeader = "x-user", Strategy = PoolStrategy.None, Isolation = Isolation.Session });

        Assert.Equal(values, Read(PoolFields.Write(values).ToJsonString()).Settings);
    }

    private static (PoolSettings Settings, IReadOnlyList<FieldError> Errors) Read(string json)
    {
        var errors = new ValidationErrors();
        var settings = PoolFields.Read(new JsonObjectBody(System.Text.Json.JsonElement.Parse(json)).Fields(errors));
        return (settings, errors.All);
    }

    private static IReadOnlyList<FieldError> Check(PoolSettings settings, PoolDefaults globals, params ServerEndpoint[] endpoints)
    {
        var errors = new ValidationErrors();
        var server = Server(settings);
        Resolver(globals).Check(endpoints.Length == 0 ? server : server with { Endpoints = endpoints }, "/pool", errors);
        return errors.All;
    }

    private static (PoolSettings Values, IReadOnlyDictionary<string, string> Sources) Resolve(PoolDefaults globals, PoolSettings? settings)
    {
        var effective = Resolver(globals).Resolve(settings, ServerTransport.StreamableHttp);
        return (effective.Values, effective.Sources);
    }

    private static PoolConfigResolver Resolver(PoolDefaults globals) =>
        new(new LiveSettings(new GatewayOptions { DataFolder = "", JwtSecretKey = "", Pools = globals }));

    private static ServerDefinition Server(PoolSettings settings) => new()
    {
        Id = "id",
        Name = "server",
        Transport = ServerTransport.StreamableHttp,
        Endpoints = [new ServerEndpoint("http://a.example/")],
        Pool = settings,
        CreatedAt = default,
        UpdatedAt = default,
    };
}
