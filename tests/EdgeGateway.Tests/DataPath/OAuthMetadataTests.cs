using System.Net;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Tests.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>How a client that has no token learns where to get one (RFC 9728), and which tokens open an endpoint then.</summary>
public sealed class OAuthMetadataTests
{
    private const string Upstream = "http://127.0.0.1:9/mcp";
    private const string Secret = "a secret for tests only, long enough for HS256";
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("mcp")]
    [InlineData("rpc")]
    public async Task An_endpoint_says_without_a_token_what_it_is_and_who_issues_tokens_for_it(string door)
    {
        await using var gateway = await TestGateway.StartAsync(On);
        var server = await gateway.AddServerAsync(new Uri(Upstream), pool: null);
        using var stranger = new HttpClient { BaseAddress = gateway.Url };
        stranger.DefaultRequestHeaders.Add("Origin", "http://localhost:6274");

        using var response = await stranger.GetAsync($"/.well-known/oauth-protected-resource/servers/{server}/{door}", Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("http://localhost:6274", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var metadata = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal($"https://gateway.example/servers/{server}/{door}", (string?)metadata["resource"]);
        Assert.Equal(["https://login.example/realm", "https://other.example"], metadata["authorization_servers"]!.AsArray().Select(issuer => (string?)issuer));
        Assert.Equal("header", (string?)metadata["bearer_methods_supported"]!.AsArray().Single());
        Assert.Equal("mcp.invoke", (string?)metadata["scopes_supported"]!.AsArray().Single());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, true, "oauth-not-configured")]
    [InlineData(true, false, "server-not-found")]
    public async Task Without_the_settings_or_the_server_there_is_no_metadata(bool isOn, bool exists, string problem)
    {
        await using var gateway = await TestGateway.StartAsync(isOn ? On : null);
        var server = exists ? await gateway.AddServerAsync(new Uri(Upstream), pool: null) : "nobody";

        using var response = await gateway.Http.GetAsync($"/.well-known/oauth-protected-resource/servers/{server}/mcp", Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.EndsWith(problem, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["type"], StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_call_is_told_where_the_metadata_lies()
    {
        await using var gateway = await TestGateway.StartAsync(On);
        var server = await gateway.AddServerAsync(new Uri(Upstream), pool: null);
        var expected = $"scope=\"mcp.invoke\", resource_metadata=\"https://gateway.example/.well-known/oauth-protected-resource/servers/{server}/";

        Assert.Equal((401, $"Bearer realm=\"edge-gateway\", {expected}mcp\""), await ChallengeAsync(gateway, server, "mcp", "no token"));
        var (status, challenge) = await ChallengeAsync(gateway, server, "rpc", "Bearer x");
        Assert.Equal(401, status);
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.EndsWith($"{expected}rpc\"", challenge, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_without_the_scope_is_told_which_one_is_missing(bool isOn)
    {
        await using var gateway = await TestGateway.StartAsync(isOn ? On : null);
        var server = await gateway.AddServerAsync(new Uri(Upstream), pool: null);

        var (status, challenge) = await ChallengeAsync(gateway, server, "mcp", "Bearer " + gateway.Token("ada", scopes: "servers.read"));

        Assert.Equal(403, status);
        Assert.StartsWith("Bearer realm=\"edge-gateway\", error=\"insufficient_scope\", scope=\"mcp.invoke\"", challenge, StringComparison.Ordinal);
        Assert.Equal(isOn, challenge.Contains("resource_metadata=", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_for_one_endpoint_opens_that_server_and_nothing_else()
    {
        await using var gateway = await TestGateway.StartAsync(On);
        var (mine, other) = (await gateway.AddServerAsync(new Uri(Upstream), pool: null), await gateway.AddServerAsync(new Uri(Upstream), pool: null));
        using var client = gateway.Client(TokenFor($"https://gateway.example/servers/{mine}/mcp"));

        Assert.Equal(200, await StatusAsync(client, $"/servers/{mine}/rpc"));
        Assert.Equal(403, await StatusAsync(client, $"/servers/{other}/rpc"));
        using var rest = await client.GetAsync($"/servers/{mine}", Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, rest.StatusCode);
    }

    [Theory]
    [InlineData("https://gateway.example/servers/a/mcp", true)]
    [InlineData("https://gateway.example/servers/a/rpc/", true)]
    [InlineData("HTTPS://GATEWAY.example/servers/a/mcp", true)]
    [InlineData("https://gateway.example/servers/a", false)]
    [InlineData("https://gateway.example/servers/a/pool", false)]
    [InlineData("https://gateway.example.evil.example/servers/a/mcp", false)]
    [InlineData("https://other.example/servers/a/mcp", false)]
    [InlineData("https://gateway.example", false)]
    public async Task An_audience_is_an_endpoints_canonical_URI(string audience, bool accepted)
    {
        var gate = new JwtGate(Tokens.Options with { PublicUrl = "https://gateway.example" }, Tokens.Clock());
        var token = Tokens.Hs256(Tokens.Payload("\"is_admin\":true").Replace("mcpgateway-api", audience));

        var result = await Tokens.ValidateAsync(token, gate);

        Assert.Equal(accepted ? ("a", Permissions.McpInvoke) : default((string?, Permissions)?), result.Principal is { } p ? (p.ServerId, p.Permissions) : null);
        Assert.NotNull((await Tokens.ValidateAsync(token, Tokens.Gate())).Error);
    }

    [Theory]
    [InlineData("""["https://gateway.example/servers/a/mcp","https://gateway.example/servers/b/mcp"]""", "")]
    [InlineData("""["https://gateway.example/servers/a/mcp"]""", ",\"scopes\":{\"server_id\":\"b\"}")]
    public async Task A_token_for_two_servers_at_once_is_refused(string audiences, string more)
    {
        var gate = new JwtGate(Tokens.Options with { PublicUrl = "https://gateway.example" }, Tokens.Clock());

        var result = await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(more.TrimStart(',')).Replace("\"mcpgateway-api\"", audiences)), gate);

        Assert.Contains("audience (aud)", result.Error, StringComparison.Ordinal);
    }

    private static GatewayOptions On(GatewayOptions options) =>
        options with { PublicUrl = "https://gateway.example", AuthorizationServers = ["https://login.example/realm", "https://other.example"] };

    private static string TokenFor(string audience)
    {
        var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        return Tokens.Hs256($$"""{"sub":"ada","iss":"mcpgateway","aud":"{{audience}}","exp":{{expires}}}""", Secret);
    }

    private static async Task<int> StatusAsync(HttpClient client, string path)
    {
        using var content = new StringContent(Ping, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(path, content, Cancelled);
        return (int)response.StatusCode;
    }

    private static async Task<(int Status, string Challenge)> ChallengeAsync(TestGateway gateway, string server, string door, string authorization)
    {
        using var client = new HttpClient { BaseAddress = gateway.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{server}/{door}") { Content = new StringContent(Ping, System.Text.Encoding.UTF8, "application/json") };
        if (authorization != "no token")
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await client.SendAsync(request, Cancelled);
        return ((int)response.StatusCode, response.Headers.GetValues("WWW-Authenticate").Single());
    }
}
