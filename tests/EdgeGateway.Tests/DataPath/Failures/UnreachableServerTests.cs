using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Transcripts;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Failures;

/// <summary>protocol.md section 5, <c>connect refused</c> and <c>malformed JSON</c>, for each way in.</summary>
public sealed class UnreachableServerTests
{
    private const string Initialize = """{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("pinned")]
    [InlineData("shared")]
    [InlineData("rpc")]
    [InlineData("modern")]
    public async Task A_server_that_refuses_connections_is_a_502_that_says_so(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), pool: ",\"size\":1,\"min_size\":1,\"max_size\":2");
        var client = await scene.ClientAsync(door);
        await client.CallAsync("counter_increment");
        await scene.Upstream.StopListeningAsync(Cancelled);

        using var response = await client.SendAsync("tools/call", "\"name\":\"counter_increment\",\"arguments\":{}", id: "8");

        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal((502, "upstream_refused", 8), ((int)response.StatusCode, (string?)error["error"]?["data"]?["reason"], (int)error["id"]!));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("initialize")]
    [InlineData("rpc")]
    [InlineData("modern")]
    public async Task Another_endpoint_serves_before_anybody_is_told_that_one_is_unreachable(string door)
    {
        await using var dead = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var alive = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync($$"""[{"url":"{{dead.Url}}"},{"url":"{{alive.Url}}"}]""", """{"enabled":true,"size":2}""");
        await gateway.UntilAsync(server, stats => stats is { Opening: 0, Available: 2 });
        await dead.StopListeningAsync(Cancelled);

        for (var i = 0; i < 4; i++)
        {
            // Each time another user, so that sessions at either endpoint are asked for.
            using var raw = door == "rpc" ? gateway.Rpc(server, $"user-{i}") : gateway.Raw(server, $"user-{i}");
            using var modern = new Modern.ModernClient(raw);
            using var response = await (door == "initialize" ? raw.PostAsync(Initialize)
                : door == "rpc" ? raw.PostAsync("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"counter_increment","arguments":{}}}""")
                : modern.SendAsync("tools/call", "\"name\":\"counter_increment\",\"arguments\":{}", "counter_increment"));
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","m\u0065thod":"tools/call"}""", -32600)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""", -32600)]
    public async Task A_message_that_is_none_is_a_400_at_the_modern_door_too_and_no_server_hears_of_it(string body, int code)
    {
        await using var legacy = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(legacy.Url);
        using var client = gateway.Raw(server, "ada");

        using var response = await client.PostAsync(body, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/list"));

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(code, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["error"]!["code"]!);
        Assert.DoesNotContain(legacy.Recorded.Recent, request => request.Label.StartsWith("tools/", StringComparison.Ordinal));
    }
}
