using System.Net;
using System.Text.Json.Nodes;
using EdgeGateway.Storage;
using EdgeGateway.Tests.Storage;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class HealthTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path, authRequired: true);

    [Fact]
    public async Task Alive_is_answered_to_everybody()
    {
        Assert.Equal("""{"status":"ok"}""", (await _host.GetAsync("/health")).Text);
        Assert.Equal(HttpStatusCode.OK, (await _host.SendAsync(HttpMethod.Head, "/health")).Status);
    }

    [Fact]
    public async Task While_it_starts_it_is_not_ready_and_says_so()
    {
        using var folder = new TempFolder();
        await using var starting = await ControlPlaneHost.StartAsync(folder.Path, ready: false);

        var answer = await starting.GetAsync("/health/ready");

        answer.IsProblem("not-ready", 503);
        Assert.Equal("the gateway is starting", (string)answer.Json["detail"]!);
    }

    [Fact]
    public async Task While_it_drains_it_is_alive_but_not_ready_and_says_so()
    {
        Assert.Equal("""{"status":"ready"}""", (await _host.GetAsync("/health/ready")).Text);
        _host.Process.BeginDraining();

        var answer = await _host.GetAsync("/health/ready");

        answer.IsProblem("not-ready", 503);
        Assert.Equal("the gateway is draining before its end", (string)answer.Json["detail"]!);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _host.SendAsync(HttpMethod.Head, "/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _host.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Without_its_database_it_is_not_ready()
    {
        File.Delete(_folder.File(Database.FileName));

        (await _host.GetAsync("/health/ready")).IsProblem("not-ready", 503);
    }

    [Fact]
    public async Task The_version_tells_what_runs()
    {
        using var folder = new TempFolder();
        await using var open = await ControlPlaneHost.StartAsync(folder.Path);
        var version = (await open.GetAsync("/version")).Json;

        Assert.Equal(["version", "commit", "runtime", "sqlite_version", "mcp_revisions"], version.Select(member => member.Key));
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)version["version"]!);
        Assert.StartsWith("3.", (string)version["sqlite_version"]!);
        Assert.Equal(["2025-03-26", "2025-06-18", "2025-11-25"], ((JsonArray)version["mcp_revisions"]!).Select(revision => (string)revision!));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
