using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What does not get in, and what it is told.</summary>
public sealed class ListenTests
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("", -32700)]
    [InlineData("{", -32700)]
    [InlineData("nonsense", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list"} trailing""", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("1", -32600)]
    [InlineData("""{"id":1,"method":"tools/list"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"tools/list"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","m\u0065thod":"tools/call"}""", -32600)]
    public async Task A_message_that_is_none_is_a_400_and_nothing_reaches_the_upstream(string body, int code)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        using var rpc = new RawClient(gateway.Client(gateway.Token("ada")), $"/servers/{server}/rpc");

        foreach (var door in new[] { client, rpc })
        {
            using var response = await door.PostAsync(body);
            Assert.Equal(400, (int)response.StatusCode);
            Assert.Equal(code, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["error"]!["code"]!);
        }

        Assert.DoesNotContain(upstream.Recorded.Recent, request => request.Label.StartsWith("tools/", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Deep_nesting_is_refused_and_not_relayed()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        var deep = $$"""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"a":{{new string('[', 10_000)}}{{new string(']', 10_000)}} } }""";

        using var response = await client.PostAsync(deep);

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_a_413(bool chunked)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync(options => options with { MaxBodyBytes = 10_000 });
        var server = await gateway.AddServerAsync(upstream.Url);
        using var http = gateway.Client(gateway.Token("ada"));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{server}/rpc");
        request.Headers.TransferEncodingChunked = chunked;
        request.Content = new StringContent($$$"""{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":"{{{new string('a', 20_000)}}}"}}""", null, "application/json");

        using var response = await http.SendAsync(request, Cancelled);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("MAX_BODY_BYTES", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Unknown_servers_are_404_inactive_ones_503_and_missing_or_narrow_tokens_401_and_403()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var nobody = new HttpClient { BaseAddress = gateway.Url };

        Assert.Equal(404, await StatusAsync(gateway.Http, "0123456789abcdef0123456789abcdef"));
        Assert.Equal(401, await StatusAsync(nobody, server));
        Assert.Equal(403, await StatusAsync(gateway.Client(gateway.Token("reader", scopes: "servers.read")), server));
        Assert.Equal(403, await StatusAsync(gateway.Client(gateway.Token("other", serverId: "0123456789abcdef0123456789abcdef")), server));
        Assert.Equal(200, await StatusAsync(gateway.Client(gateway.Token("mine", serverId: server, scopes: "mcp.invoke")), server));
        await gateway.SendAsync(HttpMethod.Post, $"/servers/{server}/state?activate=false");
        Assert.Equal(503, await StatusAsync(gateway.Http, server));
        await gateway.SendAsync(HttpMethod.Post, $"/servers/{server}/state?activate=true");
        await gateway.UntilAsync(server, stats => stats.Status == Pooling.PoolStatus.Active);
        Assert.Equal(200, await StatusAsync(gateway.Http, server));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://localhost.evil.example", 403)]
    [InlineData("http://localhost:5173", 200)]
    [InlineData("http://127.0.0.1:1", 200)]
    public async Task Only_loopback_origins_may_call_unless_others_are_named(string origin, int status)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = gateway.Raw(server);

        using var response = await client.PostAsync(Initialize, ("Origin", origin));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200, response.Headers.TryGetValues("Access-Control-Allow-Origin", out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task Session_and_version_headers_follow_the_rules_of_the_transport()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
        using var client = gateway.Raw(server);
        Assert.Equal(400, (int)(await client.PostAsync(List)).StatusCode);
        client.SessionId = "unknown";
        Assert.Equal(404, (int)(await client.PostAsync(List)).StatusCode);
        client.SessionId = null;
        await client.InitializeAsync();
        Assert.Equal(400, (int)(await client.PostAsync(List, ("MCP-Protocol-Version", "1999-01-01"))).StatusCode);
        Assert.Equal(200, (int)(await client.PostAsync(List, ("MCP-Protocol-Version", "2025-11-25"))).StatusCode);
        Assert.Equal(200, (int)(await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""")).StatusCode);
        Assert.Equal(200, (int)(await client.SendAsync(HttpMethod.Delete, null)).StatusCode);
        Assert.Equal(404, (int)(await client.PostAsync(List)).StatusCode);
        Assert.Equal(404, (int)(await client.SendAsync(HttpMethod.Delete, null)).StatusCode);
        Assert.Equal(405, (int)(await client.SendAsync(HttpMethod.Put, List)).StatusCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("1999-01-01", "2025-11-25")]
    public async Task The_revision_agreed_on_is_the_clients_where_the_upstream_speaks_it(string asked, string agreed)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = gateway.Raw(server);

        using var response = await client.PostAsync(Initialize.Replace("2025-11-25", asked, StringComparison.Ordinal));

        var result = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["result"]!;
        Assert.Equal(agreed, (string?)result["protocolVersion"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task At_rpc_a_notification_is_taken_and_initialize_batches_and_responses_are_refused()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var rpc = new RawClient(gateway.Client(gateway.Token("ada")), $"/servers/{server}/rpc");

        Assert.Equal(202, (int)(await rpc.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""")).StatusCode);
        Assert.Equal(400, (int)(await rpc.PostAsync(Initialize)).StatusCode);
        Assert.Equal(400, (int)(await rpc.PostAsync("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""")).StatusCode);
        Assert.Equal(400, (int)(await rpc.PostAsync("""{"jsonrpc":"2.0","id":1,"result":{}}""")).StatusCode);
        Assert.Equal(200, (int)(await rpc.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""")).StatusCode);
    }

    private static async Task<int> StatusAsync(HttpClient http, string server)
    {
        using var content = new StringContent(Initialize, null, "application/json");
        using var response = await http.PostAsync(new Uri($"/servers/{server}/mcp", UriKind.Relative), content, Cancelled);
        return (int)response.StatusCode;
    }
}
