using System.Net;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class PoolActionTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _host = await ControlPlaneHost.StartAsync(_folder.Path);
        _id = await _host.RegisterAsync(more: """, "pool": {"enabled": true, "size": 2}""");
        await _host.GetUntilAsync(Pool("stats"), stats => (int)stats["available_sessions"]! == 2);
    }

    [Fact]
    public async Task A_drain_is_accepted_once_and_can_be_taken_back()
    {
        var drained = await _host.PostAsync(Pool("drain"), """{"timeout": 10}""");
        Assert.Equal(HttpStatusCode.Accepted, drained.Status);
        Assert.Equal("""{"status":"draining","active_sessions":0}""", drained.Text);
        (await _host.PostAsync(Pool("drain"), """{"timeout": 10}""")).IsProblem("conflict", 409);

        await _host.GetUntilAsync(Pool("stats"), stats => (string)stats["status"]! == "drained" && (int)stats["total_sessions"]! == 0);
        Assert.Equal(HttpStatusCode.OK, (await _host.PostAsync(Pool("resume"))).Status);
        await _host.GetUntilAsync(Pool("stats"), stats => (string)stats["status"]! == "active" && (int)stats["available_sessions"]! == 2);
        (await _host.PostAsync(Pool("resume"))).IsProblem("conflict", 409);
    }

    [Theory]
    [InlineData("9")]
    [InlineData("301")]
    [InlineData("\"30\"")]
    public async Task A_drain_takes_10_to_300_seconds(string timeout) =>
        Assert.Contains("/timeout", (await _host.PostAsync(Pool("drain"), $$"""{"timeout": {{timeout}}}""")).IsProblem("validation", 422));

    [Fact]
    public async Task A_drain_without_a_body_takes_the_default() =>
        Assert.Equal(HttpStatusCode.Accepted, (await _host.PostAsync(Pool("drain"))).Status);

    [Fact]
    public async Task A_reset_replaces_every_session()
    {
        var before = _host.Upstreams.Opened.Count;

        Assert.Equal(HttpStatusCode.OK, (await _host.PostAsync(Pool("reset"))).Status);

        await _host.GetUntilAsync(Pool("stats"), stats => (int)stats["available_sessions"]! == 2 && (int)stats["destroys"]! == 2);
        Assert.Equal(before + 2, _host.Upstreams.Opened.Count);
    }

    [Fact]
    public async Task A_resize_is_live_and_lasting()
    {
        var stats = await _host.PostAsync(Pool("resize?size=4"));

        Assert.Equal(4, (int)stats.Json["size"]!);
        await _host.GetUntilAsync(Pool("stats"), stats => (int)stats["available_sessions"]! == 4);
        Assert.Equal("server", (string)(await _host.GetAsync(Pool("config"))).Json["sources"]!["size"]!);
    }

    [Fact]
    public async Task A_resize_beyond_the_maximum_names_both_values()
    {
        await _host.PutAsync(Pool("config"), """{"enabled": true, "size": 4, "max_size": 10}""");

        Assert.Equal("must be at least size (11); got 10", (await _host.PostAsync(Pool("resize?size=11"))).IsProblem("validation", 422)["/max_size"]);
    }

    [Theory]
    [InlineData("resize")]
    [InlineData("resize?size=0")]
    [InlineData("resize?size=1001")]
    [InlineData("resize?size=x")]
    public async Task A_resize_needs_a_size(string action) =>
        Assert.Contains("/size", (await _host.PostAsync(Pool(action))).IsProblem("validation", 422));

    [Fact]
    public async Task Actions_need_a_pool()
    {
        var plain = await _host.RegisterAsync("plain");
        foreach (var action in new[] { "drain", "resume", "reset", "resize?size=3" })
        {
            (await _host.PostAsync($"/servers/{plain}/pool/{action}")).IsProblem("pool-not-enabled", 503);
        }
    }

    [Fact]
    public async Task Deactivating_drains_and_activating_serves_again()
    {
        await _host.PostAsync($"/servers/{_id}/state?activate=false");
        await _host.GetUntilAsync(Pool("stats"), stats => (string)stats["status"]! == "drained" && (int)stats["total_sessions"]! == 0);
        (await _host.PostAsync(Pool("resume"))).IsProblem("conflict", 409);
        (await _host.PostAsync(Pool("reset"))).IsProblem("conflict", 409);

        await _host.PostAsync($"/servers/{_id}/state?activate=true");
        await _host.GetUntilAsync(Pool("stats"), stats => (string)stats["status"]! == "active" && (int)stats["available_sessions"]! == 2);
    }

    [Fact]
    public async Task A_server_that_was_inactive_before_a_restart_opens_nothing_until_it_is_activated()
    {
        await _host.PostAsync($"/servers/{_id}/state?activate=false");
        await _host.DisposeAsync();

        _host = await ControlPlaneHost.StartAsync(_folder.Path);
        Assert.Equal(0, (int)(await _host.GetAsync(Pool("stats"))).Json["total_sessions"]!);
        Assert.Empty(_host.Upstreams.Opened);

        await _host.PostAsync($"/servers/{_id}/state?activate=true");
        await _host.GetUntilAsync(Pool("stats"), stats => (int)stats["available_sessions"]! == 2);
    }

    [Fact]
    public async Task Configuring_an_inactive_or_drained_pool_opens_nothing()
    {
        await _host.PostAsync(Pool("drain"));
        await _host.GetUntilAsync(Pool("stats"), stats => (string)stats["status"]! == "drained");
        var opened = _host.Upstreams.Opened.Count;
        Assert.Equal("drained", (string)(await _host.PutAsync(Pool("config"), """{"enabled": true, "size": 3}""")).Json["status"]!);

        await _host.PostAsync($"/servers/{_id}/state?activate=false");
        await _host.PutAsync(Pool("config"), """{"enabled": true, "size": 4}""");
        _host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, (int)(await _host.GetAsync(Pool("stats"))).Json["total_sessions"]!);
        Assert.Equal(opened, _host.Upstreams.Opened.Count);

        await _host.PostAsync($"/servers/{_id}/state?activate=true");
        await _host.GetUntilAsync(Pool("stats"), stats => (int)stats["available_sessions"]! == 4);
    }

    [Fact]
    public async Task Deleting_a_server_closes_its_sessions()
    {
        var pool = _host.Services.GetRequiredService<RoutingTable>().Find(_id)!.Pool;

        await _host.SendAsync(HttpMethod.Delete, "/servers/" + _id);

        await _host.DisposeAsync(); // waits for pools that retire
        Assert.Equal(0, pool.Stats().Total);
        Assert.Equal(2, _host.Upstreams.Closed.Count);
    }

    [Fact]
    public async Task The_end_of_the_process_waits_for_the_last_request_of_a_deleted_server()
    {
        var route = _host.Services.GetRequiredService<RoutingTable>().Find(_id)!;
        var caller = new Caller("user", PoolConfigResolver.DefaultClass, Credential.Stored(route.Server.ConnectionVersion));
        var acquired = await route.Pool.AcquireAsync(caller, LeaseMode.Exclusive, ControlPlaneHost.Cancellation);
        await _host.SendAsync(HttpMethod.Delete, "/servers/" + _id);

        var end = _host.Services.GetRequiredService<SessionPoolManager>().DrainAsync(TimeSpan.FromMinutes(1));

        Assert.False(end.IsCompleted);
        acquired.Lease.Release(LeaseOutcome.Reusable);
        await end;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private string Pool(string what) => $"/servers/{_id}/pool/{what}";
}
