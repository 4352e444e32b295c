using EdgeGateway.DataPath.Route;
using EdgeGateway.Tests.ControlPlane;
using EdgeGateway.Tests.DataPath;
using EdgeGateway.Tests.Storage;
using EdgeGateway.TestUpstreams;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.Regressions;

/// <summary>The named regressions of pool.md section 7.5 that an operator sees, through the REST API.</summary>
public sealed class SettingsRegressionTests
{
    private const string Enabled = """{"enabled":true,"size":2,"max_size":4}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What was saved is in force for the next request; the sessions that are open stay, and so does what clients left on them.</summary>
    [Fact(Timeout = 60_000)]
    public async Task SavedConfigAppliesWithoutReset()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, Enabled);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();
        using var caller = gateway.Rpc(server, "bob");
        Assert.Equal(("1", "1"), (await client.TextOfAsync("counter_increment"), await caller.TextOfAsync("counter_increment")));
        var pool = (string?)(await gateway.SendAsync(HttpMethod.Get, $"/servers/{server}/pool/config"))["pool_id"];

        var saved = await gateway.SendAsync(
            HttpMethod.Put, $"/servers/{server}/pool/config", """{"enabled":true,"size":4,"max_size":6,"strategy":"least_connections","max_client_sessions":1}""");

        await gateway.UntilAsync(server, stats => stats.Total - stats.Bound == 4);
        Assert.Equal((pool, "least_connections"), ((string?)saved["pool_id"], (string?)saved["strategy"]));
        Assert.Equal(("2", "2"), (await client.TextOfAsync("counter_increment"), await caller.TextOfAsync("counter_increment")));
        Assert.Equal((0L, 0), (gateway.Stats(server).Destroys, upstream.Recorded.Count("DELETE")));
        using var second = gateway.Raw(server, "carl");
        using var refused = await second.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}""");
        Assert.Equal(503, (int)refused.StatusCode);
        Assert.Contains("max_client_sessions", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisableRemovesThePool()
    {
        using var folder = new TempFolder();
        await using var host = await ControlPlaneHost.StartAsync(folder.Path);
        var id = await host.RegisterAsync();
        var first = (string)(await host.PutAsync($"/servers/{id}/pool/config", Enabled)).Json["pool_id"]!;

        var off = await host.PutAsync($"/servers/{id}/pool/config", """{"enabled": false}""");
        Assert.Null(off.Json["pool_id"]);
        Assert.False(Route().Pool.Options.Enabled);
        Assert.Contains($"Removed pool {first} of server {id}", host.Log.OfPools);
        foreach (var view in new[] { "stats", "sessions", "events" })
        {
            (await host.GetAsync($"/servers/{id}/pool/{view}")).IsProblem("pool-not-enabled", 503);
        }

        Assert.Equal(0, (int)(await host.GetAsync("/servers/pools")).Json["total"]!);

        var second = (string)(await host.PutAsync($"/servers/{id}/pool/config", Enabled)).Json["pool_id"]!;
        Assert.NotEqual(first, second);
        Assert.True(Route().Pool.Options.Enabled);

        ServerRoute Route() => host.Services.GetRequiredService<RoutingTable>().Find(id)!;
    }

    /// <summary>Off is not closed: the stock goes, who has a session keeps it, and who comes without one gets one for its request.</summary>
    [Fact(Timeout = 60_000)]
    public async Task DisableRemovesThePool_AndTrafficGoesOn()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, Enabled);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
        await gateway.UntilAsync(server, stats => stats.Total == 3);

        await gateway.SendAsync(HttpMethod.Put, $"/servers/{server}/pool/config", """{"enabled":false}""");

        await upstream.Recorded.WhenSeenAsync("DELETE", 2, Cancelled);
        Assert.Equal("2", await client.TextOfAsync("counter_increment"));
        using var caller = gateway.Rpc(server, "bob");
        Assert.Equal(("1", "1"), (await caller.TextOfAsync("counter_increment"), await caller.TextOfAsync("counter_increment")));
        using var other = await gateway.Raw(server, "carl").InitializeAsync();
        Assert.Equal("1", await other.TextOfAsync("counter_increment"));
        await gateway.UntilAsync(server, stats => stats.Total == 2);
        Assert.Equal(2, gateway.Stats(server).Bound);
    }
}
