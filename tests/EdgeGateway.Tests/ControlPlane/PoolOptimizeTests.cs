using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class PoolOptimizeTests : IAsyncLifetime
{
    private const string Shared = """, "pool": {"enabled": true, "size": 2, "isolation": "shared", "strategy": "least_connections"}""";

    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path);

    [Fact]
    public async Task A_pool_nobody_has_used_gets_round_robin_without_confidence()
    {
        var id = await RegisterAsync(Shared);

        var advice = await AdviceAsync(id);

        Assert.Equal(["current_strategy", "recommended_strategy", "reason", "confidence", "metrics"], advice.Select(member => member.Key));
        Assert.Equal(("least_connections", "round_robin", 0.0), ((string)advice["current_strategy"]!, (string)advice["recommended_strategy"]!, (double)advice["confidence"]!));
        Assert.StartsWith("Too few samples: 0 calls", (string)advice["reason"]!);
        Assert.Equal(
            [
                "acquisitions", "timeouts", "rejections", "outcomes", "failure_rate", "wait_ms", "use_ms", "use_p99_to_p50",
                "avg_response_time_ms", "in_flight_max", "total_sessions", "bound_sessions", "endpoints", "state_seen",
            ],
            ((JsonObject)advice["metrics"]!).Select(member => member.Key));
        Assert.Equal((2, 1, false), ((int)advice["metrics"]!["total_sessions"]!, (int)advice["metrics"]!["endpoints"]!, (bool)advice["metrics"]!["state_seen"]!));
    }

    [Fact]
    public async Task An_upstream_that_keeps_state_gets_sticky_unless_the_operator_said_it_does_not()
    {
        var stateful = await RegisterAsync(""", "pool": {"enabled": true, "size": 2}""");
        var declared = await RegisterAsync(Shared, "declared");

        Assert.Equal("sticky", (string)(await AdviceAsync(stateful))["recommended_strategy"]!);
        Assert.Equal("round_robin", (string)(await AdviceAsync(declared))["recommended_strategy"]!);
    }

    [Fact]
    public async Task State_once_seen_is_not_forgotten_when_the_upstream_fails()
    {
        var id = await RegisterAsync(""", "pool": {"enabled": true, "size": 2}""");
        _host.Upstreams.FailHandshakes = new SessionOpenException("upstream_refused", "nobody listens");
        await _host.PostAsync($"/servers/{id}/pool/reset");
        await _host.GetUntilAsync("/servers/" + id, server => (bool?)server["status"]!["reachable"] == false);

        Assert.Equal("sticky", (string)(await AdviceAsync(id))["recommended_strategy"]!);
    }

    [Fact]
    public async Task Failures_with_several_endpoints_get_weighted()
    {
        var id = await RegisterAsync(Shared + """, "endpoints": [{"url": "http://127.0.0.1:1/mcp"}, {"url": "http://127.0.0.1:2/mcp"}]""", url: "");
        await CallAsync(id, 16, TimeSpan.FromMilliseconds(20));
        await CallAsync(id, 4, TimeSpan.FromMilliseconds(20), LeaseOutcome.ServerFault);

        var advice = await AdviceAsync(id);

        Assert.Equal("weighted", (string)advice["recommended_strategy"]!);
        Assert.StartsWith("20 % of 20 answers were failures, more than 10 %. With 2 endpoints", (string)advice["reason"]!);
        Assert.Equal((20, 0.2, 0.167), ((int)advice["metrics"]!["outcomes"]!, (double)advice["metrics"]!["failure_rate"]!, (double)advice["confidence"]!));
    }

    [Fact]
    public async Task Uneven_calls_of_the_last_hour_get_least_connections_also_after_a_restart_and_are_then_forgotten()
    {
        var id = await RegisterAsync(Shared);
        await CallAsync(id, 48, TimeSpan.FromMilliseconds(10));
        await CallAsync(id, 2, TimeSpan.FromMilliseconds(500));
        Assert.Equal("least_connections", (string)(await AdviceAsync(id))["recommended_strategy"]!);

        await RestartAsync(TimeSpan.FromMinutes(30));
        var after = await AdviceAsync(id);
        Assert.Equal(("least_connections", 50), ((string)after["recommended_strategy"]!, (int)after["metrics"]!["acquisitions"]!));
        Assert.Contains("more than 5 times (50 calls)", (string)after["reason"]!);

        await RestartAsync(TimeSpan.FromMinutes(30));
        Assert.StartsWith("Too few samples: 0 calls", (string)(await AdviceAsync(id))["reason"]!);
    }

    [Fact]
    public async Task With_metrics_off_it_says_that_durations_are_unknown()
    {
        var id = await RegisterAsync(Shared);
        await RestartAsync(TimeSpan.FromSeconds(1), new PoolDefaults { Enabled = true, MetricsEnabled = false });
        await _host.GetUntilAsync($"/servers/{id}/pool/stats", stats => (int)stats["available_sessions"]! == 2);
        await CallAsync(id, 20, TimeSpan.FromSeconds(2));

        var advice = await AdviceAsync(id);

        Assert.Contains("SESSION_POOL_METRICS_ENABLED=false", (string)advice["reason"]!);
        Assert.Equal(("round_robin", 20), ((string)advice["recommended_strategy"]!, (int)advice["metrics"]!["acquisitions"]!));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> RegisterAsync(string more, string name = "weather", string? url = null)
    {
        var answer = await _host.PostAsync("/servers", $$"""{"name": "{{name}}"{{(url is null ? """, "url": "http://127.0.0.1:3001/mcp" """ : "")}}{{more}}}""");
        var id = (string)answer.Json["id"]!;
        await _host.GetUntilAsync($"/servers/{id}/pool/stats", stats => (int)stats["available_sessions"]! == 2);
        return id;
    }

    private async Task RestartAsync(TimeSpan after, PoolDefaults? pools = null)
    {
        var stopped = _host.Clock.GetUtcNow();
        await _host.DisposeAsync();
        _host = await ControlPlaneHost.StartAsync(_folder.Path, pools, clock: new FakeTimeProvider(stopped + after));
    }

    private async Task<JsonObject> AdviceAsync(string id)
    {
        var answer = await _host.GetAsync($"/servers/{id}/pool/optimize");
        Assert.True((int)answer.Status == 200, answer.Text);
        return answer.Json;
    }

    private async Task CallAsync(string id, int times, TimeSpan each, LeaseOutcome outcome = LeaseOutcome.Reusable)
    {
        var route = _host.Services.GetRequiredService<RoutingTable>().Find(id)!;
        var caller = new Caller("user", PoolConfigResolver.DefaultClass, Credential.Stored(route.Server.ConnectionVersion));
        for (var i = 0; i < times; i++)
        {
            var acquired = await route.Pool.AcquireAsync(caller, LeaseMode.Shared, ControlPlaneHost.Cancellation);
            Assert.Null(acquired.Refusal);
            _host.Clock.Advance(each);
            acquired.Lease.Release(outcome, each);
        }
    }
}
