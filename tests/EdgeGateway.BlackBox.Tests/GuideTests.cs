using System.Net;
using System.Text.Json;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using EdgeGateway.Tests.Upstreams;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The session pooling setup guide, done step by step with the binary that ships.</summary>
public sealed class GuideTests
{
    /// <summary>The call of the guide's step 3, as printed there but for the address.</summary>
    private const string GuidesCurl = """
        curl -sS -X PUT "$GATEWAY/servers/$SERVER/pool/config" \
          -H "Authorization: Bearer $TOKEN" \
          -H "Content-Type: application/json" \
          -d '{
            "enabled": true,
            "size": 5,
            "strategy": "round_robin",
            "min_size": 2,
            "max_size": 10,
            "timeout": 30,
            "max_idle_time": 3600,
            "auto_scale": true,
            "health_check_interval": 60,
            "rebalance_interval": 300
          }'
        """;

    [Fact(Timeout = 120_000)]
    public async Task The_guide_works_from_its_first_step_to_its_checklist()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = new Workspace();

        // Step 1: cp .env.example .env, and SESSION_POOL_ENABLED=true in it.
        var example = await File.ReadAllTextAsync(Path.Combine(Repository.Root, ".env.example"), cancelled);
        Assert.Contains("SESSION_POOL_ENABLED=false", example, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            workspace.EnvFile,
            example.Replace("SESSION_POOL_ENABLED=false", "SESSION_POOL_ENABLED=true", StringComparison.Ordinal)

                // As on the terminal the guide's reader sits at.
                .Replace("# LOG_FORMAT=auto", "LOG_FORMAT=line", StringComparison.Ordinal),
            cancelled);

        // Step 2: start the gateway.
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        await gateway.Process.WhenSaidAsync(line => line.EndsWith("INFO - SessionPoolManager initialized with 0 pools", StringComparison.Ordinal), cancelled);

        var server = await gateway.Api.AddServerAsync("guide", upstream.Url, cancelled);

        // Before enabling pooling: 503.
        var (before, problem) = await gateway.Api.GetAsync($"/servers/{server}/pool/stats", cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, before);
        Assert.Equal($"Pooling not enabled for server {server}", problem.GetProperty("detail").GetString());

        // Step 3: enable it.
        var environment = new Dictionary<string, string>
        {
            ["GATEWAY"] = gateway.Url.AbsoluteUri.TrimEnd('/'),
            ["SERVER"] = server,
            ["TOKEN"] = gateway.Token,
        };
        var config = JsonDocument.Parse(await Shell.RunAsync(GuidesCurl, workspace, environment, cancelled)).RootElement;
        Assert.True(config.GetProperty("enabled").GetBoolean());
        var pool = config.GetProperty("pool_id").GetString();

        // Step 4: the log.
        await LogsAsync(gateway, $"Creating/updating pool for server {server} with strategy=PoolStrategy.ROUND_ROBIN, min_size=2, max_size=10", cancelled);
        await LogsAsync(gateway, $"Created new pool {pool} for server {server}", cancelled);
        await LogsAsync(gateway, $"Successfully created/updated pool {pool} for server {server}", cancelled);

        // Step 4: Pool Stats.
        var stats = await gateway.Api.UntilAsync(
            $"/servers/{server}/pool/stats", body => body.GetProperty("available_sessions").GetInt32() == 5, cancelled);
        Assert.Equal(pool, stats.GetProperty("pool_id").GetString());
        Assert.Equal("round_robin", stats.GetProperty("strategy").GetString());
        Assert.Equal(
            (5, 0, 5, 100.0),
            (Number(stats, "total_sessions"), Number(stats, "active_sessions"), Number(stats, "available_sessions"), stats.GetProperty("health_score").GetDouble()));
        Assert.Equal(5, upstream.OpenSessions);

        // Step 4: Pool Health.
        var (_, health) = await gateway.Api.GetAsync("/servers/pools/health", cancelled);
        var listed = Assert.Single(health.GetProperty("pools").EnumerateArray());
        Assert.Equal((server, "healthy"), (listed.GetProperty("server_id").GetString(), listed.GetProperty("status").GetString()));

        await CallsReuseSessionsAsync(gateway, server, upstream, cancelled);

        // Off again.
        var (off, _) = await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":false}""", cancelled);
        var (after, _) = await gateway.Api.GetAsync($"/servers/{server}/pool/stats", cancelled);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (off, after));
    }

    [Fact(Timeout = 120_000)]
    public async Task With_pooling_off_globally_the_stats_say_so()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = new Workspace();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("off", upstream.Url, cancelled);

        var (status, problem) = await gateway.Api.GetAsync($"/servers/{server}/pool/stats", cancelled);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("Pooling is disabled globally (SESSION_POOL_ENABLED=false)", problem.GetProperty("detail").GetString());
    }

    private static async Task CallsReuseSessionsAsync(PublishedGateway gateway, string server, TestUpstream upstream, CancellationToken cancelled)
    {
        await using (var client = await ScenarioClient.ConnectAsync(gateway.Target(server, Dialect.TestUpstream), cancelled))
        {
            for (var i = 1; i <= 10; i++)
            {
                var result = await client.CallAsync(new ToolUse("counter_increment", []), cancelled);
                Assert.Contains($"\"text\":\"{i}\"", JsonSerializer.Serialize(result, ModelContextProtocol.McpJsonUtilities.DefaultOptions), StringComparison.Ordinal);
            }
        }

        for (var i = 0; i < 20; i++)
        {
            var (status, body) = await gateway.Api.PostAsync(
                $"/servers/{server}/rpc",
                """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}}""",
                cancelled);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.True(body.TryGetProperty("result", out _), body.ToString());
        }

        // 30 calls: five warm sessions, one per class of client and its refills; never one per call.
        Assert.InRange(upstream.Recorded.Handshakes, 5, 10);
        var (_, stats) = await gateway.Api.GetAsync($"/servers/{server}/pool/stats", cancelled);
        Assert.InRange(Number(stats, "acquisitions"), 20, 40);
    }

    private static Task<string> LogsAsync(PublishedGateway gateway, string message, CancellationToken cancelled) =>
        gateway.Process.WhenSaidAsync(line => line.EndsWith("INFO - " + message, StringComparison.Ordinal), cancelled);

    private static int Number(JsonElement stats, string name) => stats.GetProperty(name).GetInt32();
}
