using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>What every request of revision 2026-07-28 must carry, and what it is told when it does not (Streamable HTTP, Server Validation).</summary>
public sealed class ModernRulesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("MCP-Protocol-Version", "")]
    [InlineData("MCP-Protocol-Version", "v999.0.0")]
    [InlineData("Mcp-Method", "")]
    [InlineData("Mcp-Method", "tools/list")]
    [InlineData("Mcp-Name", "")]
    [InlineData("Mcp-Name", "other")]
    [InlineData("Mcp-Name", "=?base64?***?=")]
    public async Task A_header_that_differs_from_the_body_is_refused(string header, string value)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server));

        var (status, answer) = await client.AskAsync("tools/call", "\"name\":\"counter_increment\",\"arguments\":{}", "counter_increment", "", (header, value));

        Assert.Equal(400, status);
        Assert.Equal(-32020, (int)answer["error"]!["code"]!);
        Assert.Equal(1, (int)answer["id"]!);
        Assert.DoesNotContain(upstream.Recorded.Recent, request => request.Label == "tools/call");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_may_be_written_in_base64()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server));

        var (status, _) = await client.AskAsync("tools/call", "\"name\":\"counter_increment\",\"arguments\":{}", "=?base64?Y291bnRlcl9pbmNyZW1lbnQ=?=");

        Assert.Equal(200, status);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{}", -32602)]
    [InlineData("""{"io.modelcontextprotocol/clientCapabilities":{}}""", -32602)]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}""", -32602)]
    public async Task Metadata_that_is_missing_is_named(string meta, int code)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var raw = gateway.Raw(server);

        using var response = await raw.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":"a","method":"server/discover","params":{"_meta":{{{meta}}} } }""", ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "server/discover"));

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains($"\"code\":{code}", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    [InlineData("resources/unsubscribe")]
    [InlineData("unknown/method")]
    public async Task A_method_the_revision_does_not_have_is_not_found(string method)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server));

        var (status, answer) = await client.AskAsync(method);

        Assert.Equal(404, status);
        Assert.Equal(-32601, (int)answer["error"]!["code"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_revision_nobody_knows_is_answered_with_those_that_are()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var raw = gateway.Raw(server);

        using var response = await raw.PostAsync(
            """{"jsonrpc":"2.0","id":"a","method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v999.0.0","io.modelcontextprotocol/clientCapabilities":{}}}}""",
            ("MCP-Protocol-Version", "v999.0.0"), ("Mcp-Method", "server/discover"));

        Assert.Equal(400, (int)response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("\"code\":-32022", body, StringComparison.Ordinal);
        Assert.Contains("\"supported\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\"]", body, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Everything_is_a_post(string method)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var raw = gateway.Raw(server);

        using var response = await raw.SendAsync(new HttpMethod(method), null, ("MCP-Protocol-Version", "2026-07-28"));

        Assert.Equal(405, (int)response.StatusCode);
    }
}
