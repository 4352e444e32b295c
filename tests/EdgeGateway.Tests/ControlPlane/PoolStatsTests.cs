using System.Net;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.Storage;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class PoolStatsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path);

    [Fact]
    public async Task The_reasons_for_having_no_stats_come_in_their_order()
    {
        var unknown = new string('0', 32);
        using var folder = new TempFolder();
        await using (var off = await ControlPlaneHost.StartAsync(folder.Path, new PoolDefaults { Enabled = false }))
        {
            (await off.GetAsync($"/servers/{unknown}/pool/stats")).IsProblem("server-not-found", 404);
            var some = await off.RegisterAsync();
            foreach (var path in new[] { "stats", "sessions", "events" })
            {
                var answer = await off.GetAsync($"/servers/{some}/pool/{path}");
                answer.IsProblem("pooling-disabled", 404);
                Assert.Equal("Pooling is disabled globally (SESSION_POOL_ENABLED=false)", (string)answer.Json["detail"]!);
            }
        }

        (await _host.GetAsync($"/servers/{unknown}/pool/stats")).IsProblem("server-not-found", 404);
        var id = await _host.RegisterAsync();
        var notEnabled = await _host.GetAsync($"/servers/{id}/pool/stats");
        notEnabled.IsProblem("pool-not-enabled", 503);
        Assert.Equal($"Pooling not enabled for server {id}", (string)notEnabled.Json["detail"]!);

        await _host.PutAsync($"/servers/{id}/pool/config", """{"enabled": true}""");
        Assert.Equal(HttpStatusCode.OK, (await _host.GetAsync($"/servers/{id}/pool/stats")).Status);
    }

    [Fact]
    public async Task A_pool_that_could_not_be_created_says_why()
    {
        _host.Upstreams.RefuseToCreate = "the certificate cannot be used";
        var id = await _host.RegisterAsync(more: """, "pool": {"enabled": true}""");

        var stats = await _host.GetAsync($"/servers/{id}/pool/stats");

        stats.IsProblem("pool-creation-failed", 404);
        Assert.Equal($"The pool for server {id} could not be created: the certificate cannot be used", (string)stats.Json["detail"]!);
        Assert.Equal("error", (string)(await _host.GetAsync($"/servers/{id}/pool/config")).Json["status"]!);
        Assert.Equal("upstream_tls: the certificate cannot be used", (string)(await _host.GetAsync("/servers/" + id)).Json["status"]!["last_error"]!);

        _host.Upstreams.RefuseToCreate = null;
        await _host.PutAsync($"/servers/{id}/pool/config", """{"enabled": true}""");
        Assert.Equal(HttpStatusCode.OK, (await _host.GetAsync($"/servers/{id}/pool/stats")).Status);
    }

    [Fact]
    public async Task A_global_setting_that_contradicts_a_stored_configuration_costs_only_that_pool()
    {
        using var folder = new TempFolder();
        string id;
        await using (var before = await ControlPlaneHost.StartAsync(folder.Path))
        {
            id = await before.RegisterAsync(more: """, "pool": {"enabled": true, "max_size": 10}""");
        }

        await using var after = await ControlPlaneHost.StartAsync(folder.Path, new PoolDefaults { Enabled = true, Size = 50 });
        var stats = await after.GetAsync($"/servers/{id}/pool/stats");

        stats.IsProblem("pool-creation-failed", 404);
        Assert.EndsWith("max_size must be at least size (50); got 10", (string)stats.Json["detail"]!);
        Assert.Equal(HttpStatusCode.OK, (await after.GetAsync("/servers/" + id)).Status);
    }

    [Fact]
    public async Task A_new_pool_of_five_shows_five_available_sessions_and_full_health()
    {
        var id = await _host.RegisterAsync(more: """, "pool": {"enabled": true, "size": 5}""");

        var stats = await _host.GetUntilAsync($"/servers/{id}/pool/stats", stats => (int)stats["available_sessions"]! == 5);

        Assert.Equal(
            [
                "pool_id", "server_id", "server_name", "strategy", "isolation", "status", "health", "total_sessions", "active_sessions",
                "available_sessions", "unhealthy_sessions", "draining_sessions", "bound_sessions", "opening", "min_size", "size", "max_size",
                "in_flight", "waiting", "oldest_waiter_ms", "acquisitions", "releases", "timeouts", "rejections", "cancellations", "creates",
                "destroys", "session_reuse_rate", "success_rate", "avg_wait_time_ms", "wait_ms", "avg_response_time_ms", "use_ms",
                "avg_session_age_seconds", "health_score", "circuit", "created_at", "timestamp",
            ],
            stats.Select(member => member.Key));
        Assert.Equal(id, (string)stats["server_id"]!);
        Assert.Equal("weather", (string)stats["server_name"]!);
        Assert.Equal("active", (string)stats["status"]!);
        Assert.Equal("healthy", (string)stats["health"]!);
        Assert.Equal("closed", (string)stats["circuit"]!);
        Assert.Equal("2026-11-23T12:00:00Z", (string)stats["timestamp"]!);
        Assert.Equal((5, 0, 0, 100), ((int)stats["total_sessions"]!, (int)stats["active_sessions"]!, (int)stats["acquisitions"]!, (int)stats["health_score"]!));
        Assert.Equal(["p50", "p95", "p99"], ((JsonObject)stats["wait_ms"]!).Select(member => member.Key));
    }

    [Fact]
    public async Task Sessions_can_be_listed_and_filtered()
    {
        var id = await _host.RegisterAsync(more: """, "pool": {"enabled": true, "size": 2}""");
        await _host.GetUntilAsync($"/servers/{id}/pool/stats", stats => (int)stats["available_sessions"]! == 2);

        var all = (await _host.GetAsync($"/servers/{id}/pool/sessions")).Json;
        Assert.Equal(2, (int)all["total"]!);
        var session = (JsonObject)((JsonArray)all["sessions"]!)[0]!;
        Assert.Equal(
            [
                "session_id", "endpoint", "state", "status", "bound", "partition", "in_flight", "created_at", "last_used", "reuse_count",
                "age_seconds", "idle_seconds", "success_rate", "last_error",
            ],
            session.Select(member => member.Key));
        Assert.Equal("http://127.0.0.1:3001/mcp", (string)session["endpoint"]!);
        Assert.Equal("fresh", (string)session["state"]!);
        Assert.Equal("available", (string)session["status"]!);
        Assert.Equal(2, (int)(await _host.GetAsync($"/servers/{id}/pool/sessions?status=available")).Json["total"]!);
        Assert.Equal(0, (int)(await _host.GetAsync($"/servers/{id}/pool/sessions?status=active")).Json["total"]!);
        Assert.Contains("/status", (await _host.GetAsync($"/servers/{id}/pool/sessions?status=lazy")).IsProblem("validation", 422));
    }

    [Fact]
    public async Task Events_tell_what_happened_to_which_session()
    {
        var id = await _host.RegisterAsync(more: """, "pool": {"enabled": true, "size": 1}""");

        var events = await _host.GetUntilAsync($"/servers/{id}/pool/events", events => ((JsonArray)events["events"]!).Any(e => (string)e!["kind"]! == "opened"));

        var opened = (JsonObject)((JsonArray)events["events"]!).First(e => (string)e!["kind"]! == "opened")!;
        Assert.Equal(["seq", "at", "kind", "session", "endpoint", "reason"], opened.Select(member => member.Key));
        Assert.Equal("http://127.0.0.1:3001/mcp", (string)opened["endpoint"]!);
    }

    [Fact]
    public async Task All_pools_their_health_and_the_strategies_win_over_a_server_of_that_name()
    {
        var id = await _host.RegisterAsync("pooled", """, "pool": {"enabled": true, "size": 3}""");
        await _host.RegisterAsync("plain");
        await _host.GetUntilAsync($"/servers/{id}/pool/stats", stats => (int)stats["available_sessions"]! == 3);

        var pools = (await _host.GetAsync("/servers/pools")).Json;
        Assert.Equal(1, (int)pools["total"]!);
        Assert.Equal(id, (string)((JsonArray)pools["pools"]!)[0]!["server_id"]!);

        var health = (await _host.GetAsync("/servers/pools/health")).Json;
        Assert.Equal((1, 1, 0, 0, 3, 0, 100), ((int)health["total_pools"]!, (int)health["healthy_pools"]!, (int)health["degraded_pools"]!,
            (int)health["unhealthy_pools"]!, (int)health["total_sessions"]!, (int)health["active_sessions"]!, (int)health["overall_health_score"]!));
        Assert.Equal(
            ["server_id", "server_name", "pool_id", "strategy", "status", "health_score", "total_sessions", "active_sessions", "available_sessions", "waiting"],
            ((JsonObject)((JsonArray)health["pools"]!)[0]!).Select(member => member.Key));
        Assert.NotNull(health["timestamp"]);

        var strategies = (JsonArray)(await _host.GetAsync("/servers/pools/strategies")).Json["strategies"]!;
        Assert.Equal(["round_robin", "least_connections", "sticky", "weighted", "none"], strategies.Select(strategy => (string)strategy!["name"]!));
        Assert.All(strategies, strategy => Assert.All(["description", "use_case", "pros", "cons"], field => Assert.NotEmpty((string)strategy![field]!)));
    }

    [Fact]
    public async Task Without_pools_overall_health_is_full() =>
        Assert.Equal(100, (int)(await _host.GetAsync("/servers/pools/health")).Json["overall_health_score"]!);

    [Fact]
    public async Task What_handshakes_told_shows_in_the_servers_status()
    {
        var id = await _host.RegisterAsync(more: """, "pool": {"enabled": true, "size": 1}""");
        await _host.GetUntilAsync($"/servers/{id}/pool/stats", stats => (int)stats["available_sessions"]! == 1);

        var status = (await _host.GetAsync("/servers/" + id)).Json["status"]!;

        Assert.Equal(
            """{"era":"legacy","protocol_version":"2025-11-25","server_info":{"name":"fake","version":"1.0"},"reachable":true,"last_error":null,"last_seen":"2026-11-23T12:00:00Z"}""",
            status.ToJsonString());
    }

    [Fact]
    public async Task A_handshake_that_fails_shows_in_the_servers_status()
    {
        _host.Upstreams.FailHandshakes = new SessionOpenException("upstream_refused", "nobody listens at 127.0.0.1:3001");
        var id = await _host.RegisterAsync(more: """, "pool": {"enabled": true, "size": 1}""");

        var server = await _host.GetUntilAsync("/servers/" + id, server => server["status"]!["reachable"] is not null);

        Assert.False((bool)server["status"]!["reachable"]!);
        Assert.Equal("upstream_refused: nobody listens at 127.0.0.1:3001", (string)server["status"]!["last_error"]!);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
