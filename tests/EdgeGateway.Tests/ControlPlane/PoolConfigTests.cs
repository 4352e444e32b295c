using System.Net;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class PoolConfigTests : IAsyncLifetime
{
    /// <summary>The body of the setup guide's curl call.</summary>
    private const string Guide = """
        {"enabled": true, "size": 5, "strategy": "round_robin", "min_size": 2, "max_size": 10, "timeout": 30, "max_idle_time": 3600,
         "auto_scale": true, "health_check_interval": 60, "rebalance_interval": 300}
        """;

    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path);

    [Fact]
    public async Task The_guides_call_enables_the_pool_and_logs_the_guides_lines()
    {
        var id = await _host.RegisterAsync();

        var config = await _host.PutAsync($"/servers/{id}/pool/config", Guide);

        Assert.Equal(HttpStatusCode.OK, config.Status);
        var poolId = (string)config.Json["pool_id"]!;
        Assert.True(Guid.TryParse(poolId, out _));
        Assert.Equal(
            [
                "SessionPoolManager initialized with 0 pools",
                $"Creating/updating pool for server {id} with strategy=PoolStrategy.ROUND_ROBIN, min_size=2, max_size=10",
                $"Created new pool {poolId} for server {id}",
                $"Successfully created/updated pool {poolId} for server {id}",
            ],
            _host.Log.OfPools);
        Assert.All(_host.Log.All.Where(line => line.EventId is >= 3000 and < 4000), line => Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Information, line.Level));
    }

    [Fact]
    public async Task The_effective_configuration_tells_every_value_and_where_it_comes_from()
    {
        var id = await _host.RegisterAsync();
        await _host.PutAsync($"/servers/{id}/pool/config", """{"size": 20}""");

        var config = (await _host.GetAsync($"/servers/{id}/pool/config")).Json;

        var expected = """
            {"enabled":false,"strategy":"round_robin","size":20,"min_size":1,"max_size":20,"timeout":30,"max_idle_time":3600,"max_lifetime":3600,
             "auto_scale":false,"health_check_interval":60,"health_check_threshold":70,"rebalance_interval":300,"isolation":"auto",
             "max_concurrency":8,"max_client_sessions":1000,"client_session_idle":3600,"max_pending":0,"sticky_header":null,
             "pool_id":null,"status":"disabled","created_at":null,"updated_at":null}
            """;
        var sources = (JsonObject)config["sources"]!;
        Assert.Equal(PoolFields.All.Select(field => field.Name), sources.Select(source => source.Key));
        Assert.All(sources, source => Assert.Equal(source.Key == "size" ? "server" : "default", (string)source.Value!));
        config.Remove("sources");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), config), config.ToJsonString());
    }

    [Fact]
    public async Task A_server_never_configured_shows_what_holds_for_it()
    {
        var id = await _host.RegisterAsync();

        var config = (await _host.GetAsync($"/servers/{id}/pool/config")).Json;

        Assert.Equal(300, (int)config["max_idle_time"]!);
        Assert.Equal("global", (string)config["sources"]!["max_idle_time"]!);
        Assert.Equal("disabled", (string)config["status"]!);
    }

    [Fact]
    public async Task Put_replaces_the_whole_configuration_live()
    {
        var id = await _host.RegisterAsync();
        var first = (await _host.PutAsync($"/servers/{id}/pool/config", Guide)).Json;
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        var pool = Route(id).Pool;

        var second = (await _host.PutAsync($"/servers/{id}/pool/config", """{"enabled": true, "timeout": 9}""")).Json;

        Assert.Equal((string)first["pool_id"]!, (string)second["pool_id"]!);
        Assert.Equal((string)first["created_at"]!, (string)second["created_at"]!);
        Assert.NotEqual((string)first["updated_at"]!, (string)second["updated_at"]!);
        Assert.False((bool)second["auto_scale"]!);
        Assert.Equal(1, (int)second["min_size"]!);
        Assert.Same(pool, Route(id).Pool);
        Assert.Equal(TimeSpan.FromSeconds(9), pool.Options.AcquireTimeout);
        Assert.Single(_host.Log.OfPools, line => line.StartsWith("Created new pool"));
    }

    [Fact]
    public async Task The_strategy_can_be_changed_alone()
    {
        var id = await _host.RegisterAsync();
        await _host.PutAsync($"/servers/{id}/pool/config", Guide);

        var changed = await _host.PutAsync($"/servers/{id}/pool/strategy", """{"strategy": "least_connections"}""");

        Assert.Equal("least_connections", (string)changed.Json["strategy"]!);
        Assert.Equal(2, (int)changed.Json["min_size"]!);
        Assert.Equal(PoolStrategy.LeastConnections, Route(id).Pool.Options.Strategy);
        Assert.Contains("/strategy", (await _host.PutAsync($"/servers/{id}/pool/strategy", """{"strategy": "fastest"}""")).IsProblem("validation", 422));
        Assert.Contains("/strategy", (await _host.PutAsync($"/servers/{id}/pool/strategy", "{}")).IsProblem("validation", 422));
        Assert.Contains("/strategy", (await _host.PutAsync($"/servers/{id}/pool/strategy", """{"strategy": "weighted"}""")).IsProblem("validation", 422));
    }

    [Fact]
    public async Task Wrong_configurations_are_refused_whole()
    {
        var id = await _host.RegisterAsync();
        await _host.PutAsync($"/servers/{id}/pool/config", Guide);

        var wrong = (await _host.PutAsync($"/servers/{id}/pool/config", """{"size": "5", "timeout": 301, "auto_scale": "no", "isolation": 1}""")).IsProblem("validation", 422);
        Assert.Equal(["/auto_scale", "/isolation", "/size", "/timeout"], wrong.Keys.Order());
        var contradiction = (await _host.PutAsync($"/servers/{id}/pool/config", """{"min_size": 7, "size": 6, "max_size": 5}""")).IsProblem("validation", 422);
        Assert.Equal("must be at most size (6); got 7", contradiction["/min_size"]);
        Assert.Equal("must be at least size (6); got 5", contradiction["/max_size"]);
        (await _host.PutAsync($"/servers/{id}/pool/config", "{")).IsProblem("malformed-request", 400);

        Assert.Equal(2, (int)(await _host.GetAsync($"/servers/{id}/pool/config")).Json["min_size"]!);
    }

    [Fact]
    public async Task Endpoints_cannot_be_taken_from_under_a_weighted_pool()
    {
        var id = await _host.RegisterAsync();
        await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"endpoints": [{"url": "http://a.example/", "weight": 5}, {"url": "http://b.example/"}]}""");
        Assert.Equal(HttpStatusCode.OK, (await _host.PutAsync($"/servers/{id}/pool/config", """{"enabled": true, "strategy": "weighted"}""")).Status);
        Assert.Equal([5, 1], Route(id).Pool.Options.EndpointWeights);

        var refused = await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"url": "http://a.example/"}""");

        Assert.Contains("/pool/strategy", refused.IsProblem("validation", 422));
    }

    [Fact]
    public async Task Only_a_change_of_the_connection_makes_new_sessions()
    {
        var id = await _host.RegisterAsync();
        await _host.PutAsync($"/servers/{id}/pool/config", Guide);
        Assert.Single(_host.Upstreams.Created);

        await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"description": "x", "tags": ["y"], "request_timeout": 5, "name": "z"}""");
        Assert.Single(_host.Upstreams.Created);
        Assert.Equal(Credential.Stored(1), Route(id).Pool.Options.Credential);

        await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"url": "http://127.0.0.1:9/mcp"}""");
        Assert.Equal(2, _host.Upstreams.Created.Count);
        Assert.Equal(Credential.Stored(2), Route(id).Pool.Options.Credential);
    }

    [Fact]
    public async Task The_kill_switch_keeps_what_was_set_for_later()
    {
        string id;
        using var folder = new TempFolder();
        await using (var off = await ControlPlaneHost.StartAsync(folder.Path, new PoolDefaults { Enabled = false }))
        {
            id = await off.RegisterAsync();
            var config = (await off.PutAsync($"/servers/{id}/pool/config", Guide)).Json;
            Assert.False((bool)config["enabled"]!);
            Assert.Equal("global", (string)config["sources"]!["enabled"]!);
            Assert.Equal("disabled", (string)config["status"]!);
            Assert.Equal(["SessionPoolManager initialized with 0 pools"], off.Log.OfPools);
        }

        await using var on = await ControlPlaneHost.StartAsync(folder.Path, new PoolDefaults { Enabled = true });
        Assert.True((bool)(await on.GetAsync($"/servers/{id}/pool/config")).Json["enabled"]!);
        Assert.Contains("SessionPoolManager initialized with 1 pools", on.Log.OfPools);
    }

    [Fact]
    public async Task Servers_and_configurations_survive_a_restart()
    {
        using var folder = new TempFolder();
        string before;
        string id;
        await using (var first = await ControlPlaneHost.StartAsync(folder.Path))
        {
            id = await first.RegisterAsync(more: """, "auth": {"type": "bearer", "token": "s3cr3t"}""");
            await first.PutAsync($"/servers/{id}/pool/config", Guide);
            before = (await first.GetAsync($"/servers/{id}/export")).Text;
        }

        await using var second = await ControlPlaneHost.StartAsync(folder.Path);
        Assert.Equal(before, (await second.GetAsync($"/servers/{id}/export")).Text);
        Assert.Equal("Bearer s3cr3t", second.Services.GetRequiredService<RoutingTable>().Find(id)!.Server.Auth.Headers[0].Value);
        Assert.Equal("\"2\"", (await second.GetAsync("/servers/" + id)).ETag);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private ServerRoute Route(string id) => _host.Services.GetRequiredService<RoutingTable>().Find(id)!;
}
