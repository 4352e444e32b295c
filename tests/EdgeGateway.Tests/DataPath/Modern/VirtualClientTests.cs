using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>What the revision asks of a client and a legacy one cannot know, the gateway does for it (protocol.md section 3).</summary>
public sealed class VirtualClientTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_modern_server_is_told_with_each_request_who_the_client_is()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync(capabilities: """{"roots":{}}""");
        using var rpc = gateway.Rpc(server, "ada");

        await client.TextOfAsync("plain");
        var told = JsonNode.Parse(upstream.LastCall)!["params"]!["_meta"]!;
        await rpc.TextOfAsync("plain");
        var untold = JsonNode.Parse(upstream.LastCall)!["params"]!["_meta"]!;

        Assert.Equal("""{"name":"raw","version":"1"}""", told["io.modelcontextprotocol/clientInfo"]?.ToJsonString());
        Assert.Equal("""{"roots":{}}""", told["io.modelcontextprotocol/clientCapabilities"]!.ToJsonString());
        Assert.Null(untold["io.modelcontextprotocol/clientInfo"]);
    }
}
