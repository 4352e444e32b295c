using System.Net;
using System.Net.Http.Headers;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>Tokens made, listed and revoked over the API.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_token_is_shown_once_and_does_what_it_says()
    {
        await using var host = await StartAsync();
        var made = await host.PostAsync("/tokens", """{"subject":"ci","expires_in":600,"permissions":["servers.read"]}""");

        Assert.Equal(HttpStatusCode.Created, made.Status);
        var token = (string)made.Json["token"]!;
        var listed = (await host.GetAsync("/tokens")).Json["items"]![0]!;
        Assert.Equal((string?)made.Json["jti"], (string?)listed["jti"]);
        Assert.Equal("ci", (string?)listed["subject"]);
        Assert.Equal("root", (string?)listed["created_by"]);
        Assert.Equal(TimeSpan.FromMinutes(10), (DateTime)listed["expires_at"]! - (DateTime)listed["created_at"]!);
        Assert.Null(listed["token"]);

        Use(host, token);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/servers")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.PostAsync("/servers", "{}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/tokens")).Status);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{}", "servers.read", "mcp.invoke")]
    [InlineData("""{"admin":true}""", "admin")]
    [InlineData("""{"admin":true,"permissions":["servers.write"]}""", "servers.write")]
    public async Task Its_permissions_are_listed(string more, params string[] permissions)
    {
        await using var host = await StartAsync();

        var made = await host.PostAsync("/tokens", $$"""{"subject":"x"{{(more == "{}" ? "" : "," + more[1..^1])}}}""");

        Assert.Equal(permissions, made.Json["permissions"]!.AsArray().Select(name => (string?)name));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_revoked_token_fails_at_once_and_after_a_restart()
    {
        string token;
        await using (var host = await StartAsync())
        {
            var made = await host.PostAsync("/tokens", """{"subject":"ci"}""");
            token = (string)made.Json["token"]!;
            var root = host.Client.DefaultRequestHeaders.Authorization;
            Use(host, token);
            Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/servers")).Status);

            host.Client.DefaultRequestHeaders.Authorization = root;
            Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/tokens/{made.Json["jti"]}")).Status);
            Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/tokens/{made.Json["jti"]}")).Status);
            Assert.NotNull((await host.GetAsync("/tokens")).Json["items"]![0]!["revoked_at"]);

            Use(host, token);
            var refused = await host.GetAsync("/servers");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.Contains("revoked", (string?)refused.Json["detail"], StringComparison.Ordinal);
        }

        await using var next = await StartAsync();
        Use(next, token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await next.GetAsync("/servers")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_of_the_command_line_can_be_revoked_too()
    {
        await using var host = await StartAsync();
        var request = new TokenRequest("cli", TimeSpan.FromHours(1));
        var token = Minter(host).Mint(request);

        await host.SendAsync(HttpMethod.Delete, $"/tokens/{request.Id}");

        Use(host, token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/servers")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_list_goes_on_page_by_page_newest_first()
    {
        await using var host = await StartAsync();
        foreach (var name in (string[])["a", "b", "c"])
        {
            await host.PostAsync("/tokens", $$"""{"subject":"{{name}}"}""");
        }

        var first = (await host.GetAsync("/tokens?limit=2")).Json;
        var second = (await host.GetAsync($"/tokens?limit=2&after={first["next"]}")).Json;

        Assert.Equal(["c", "b", "a"], first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => (string?)item!["subject"]));
        Assert.Null(second["next"]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.GetAsync("/tokens?after=x")).Status);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{}", "/subject")]
    [InlineData("""{"subject":""}""", "/subject")]
    [InlineData("""{"subject":"x","expires_in":59}""", "/expires_in")]
    [InlineData("""{"subject":"x","expires_in":99999999}""", "/expires_in")]
    [InlineData("""{"subject":"x","permissions":["everything"]}""", "/permissions/0")]
    [InlineData("""{"subject":"x","admin":"yes"}""", "/admin")]
    public async Task What_is_wrong_is_pointed_at(string body, string place)
    {
        await using var host = await StartAsync();

        var refused = await host.PostAsync("/tokens", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(place, (string?)refused.Json["errors"]![0]!["pointer"]);
        Assert.Empty((await host.GetAsync("/tokens")).Json["items"]!.AsArray());
    }

    private async Task<ControlPlaneHost> StartAsync()
    {
        var host = await ControlPlaneHost.StartAsync(_folder.Path, authRequired: true);
        Use(host, Minter(host).Mint(new TokenRequest("root", TimeSpan.FromHours(1)) { Admin = true }));
        return host;
    }

    private static TokenMinter Minter(ControlPlaneHost host) => new(host.Services.GetRequiredService<GatewayOptions>(), host.Clock);

    private static void Use(ControlPlaneHost host, string token) =>
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
}
