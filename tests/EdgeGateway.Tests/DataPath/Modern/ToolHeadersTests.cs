using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>Legacy clients in front of a modern server whose tools want arguments repeated as headers (2026-07-28, Custom Headers from Tool Parameters).</summary>
public sealed class ToolHeadersTests
{
    private const string Arguments = """{"region":"eu central"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_brings_its_headers_and_is_not_refused_first(bool rpc)
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = rpc ? gateway.Rpc(server, "ada") : await gateway.Raw(server, "ada").InitializeAsync();

        Assert.Equal("query", await client.TextOfAsync("query", Arguments));
        Assert.Equal("query", await client.TextOfAsync("query", Arguments));

        // Asked once, before the first call.
        Assert.Equal(["tools/list", "tools/call", "tools/call"], Methods(upstream));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_that_came_by_is_not_asked_for_again()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();

        using (await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""))
        {
        }

        Assert.Equal("query", await client.TextOfAsync("query", Arguments));
        Assert.Equal(["tools/list", "tools/call"], Methods(upstream));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_wants_other_headers_now_is_asked_which()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();
        await client.TextOfAsync("query", Arguments);
        upstream.Tools = upstream.Tools.Replace("Region", "Zone", StringComparison.Ordinal);
        upstream.Wanted = "Zone";

        Assert.Equal("query", await client.TextOfAsync("query", Arguments));
        Assert.Equal("query", await client.TextOfAsync("query", Arguments));
        Assert.Equal(["tools/list", "tools/call", "tools/call", "tools/list", "tools/call", "tools/call"], Methods(upstream));

        // Refused for good: what the schema says does not please the server either.
        upstream.Wanted = "Nobody-Knows";
        Assert.Contains("-32020", await client.CallAsync("query", Arguments), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_that_has_changed_is_asked_for_again()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();

        await client.CallAsync("announce");
        await client.TextOfAsync("query", Arguments);

        Assert.Equal(["tools/list", "tools/call", "tools/list", "tools/call"], Methods(upstream));
    }

    [Fact(Timeout = 60_000)]
    public async Task Clients_that_may_be_shown_other_tools_have_a_list_of_their_own()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var one = await gateway.Raw(server, "ada").InitializeAsync();
        using var same = await gateway.Raw(server, "bob").InitializeAsync();
        using var other = await gateway.Raw(server, "ada").InitializeAsync(capabilities: """{"elicitation":{}}""");

        foreach (var client in new[] { one, same, other })
        {
            Assert.Equal("query", await client.TextOfAsync("query", Arguments));
        }

        Assert.Equal(["tools/list", "tools/call", "tools/call", "tools/list", "tools/call"], Methods(upstream));
        Assert.Contains("\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}", upstream.Requests.Last(request => request.Body.Contains("tools/list", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tool_whose_annotation_breaks_the_rules_is_not_listed_and_nothing_else_is_touched()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();
        const string Bad = """{"name":"bad","inputSchema":{"type":"object","properties":{"a":{"type":"number","x-mcp-header":"A"} } } }""";
        upstream.Tools = $$"""[ {{Bad}} ,{ "name" : "f\u0069rst" ,"odd":1e2 } ,  {{Bad}}, {"name":"query" , "inputSchema":{"properties":{"region":{"type":"string","x-mcp-header":"Region"} } } } , {{Bad}} ]""";

        using var listed = await client.PostAsync("""{"jsonrpc":"2.0","id":"mine","method":"tools/list"}""");
        var text = await listed.Content.ReadAsStringAsync(Cancelled);

        Assert.Contains("""tools":[ { "name" : "f\u0069rst" ,"odd":1e2 }, {"name":"query" , "inputSchema":{"properties":{"region":{"type":"string","x-mcp-header":"Region"} } } } ],"ttlMs":60000,"cacheScope":"public","unknown":1e2}""", text, StringComparison.Ordinal);
        Assert.Equal("mine", (string?)JsonNode.Parse(text)!["id"]);
        Assert.Equal("query", await client.TextOfAsync("query", Arguments));
    }

    private static IEnumerable<string?> Methods(ModernUpstream upstream) =>
        upstream.Requests.Select(request => (string?)JsonNode.Parse(request.Body)!["method"]).Where(method => method!.StartsWith("tools/", StringComparison.Ordinal));
}
