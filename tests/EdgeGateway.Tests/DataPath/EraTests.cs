using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Clients of a revision the gateway does not serve are told which ones it does.</summary>
public sealed class EraTests
{
    private const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("rpc", true, false)]
    [InlineData("rpc", false, true)]
    [InlineData("rpc", true, true)]
    public async Task A_modern_client_at_a_legacy_door_gets_the_supported_revisions(string door, bool byHeader, bool byMeta)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new RawClient(gateway.Client(gateway.Token("ada")), $"/servers/{server}/{door}");
        (string, string)[] headers = byHeader ? [("MCP-Protocol-Version", "2026-07-28")] : [];

        using var response = await client.PostAsync($$$"""{"jsonrpc":"2.0","id":"a","method":"server/discover","params":{{{{(byMeta ? Meta : "")}}} } }""", headers);

        Assert.Equal(400, (int)response.StatusCode);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal("a", (string?)answer["id"]);
        Assert.Equal(-32022, (int)answer["error"]!["code"]!);
        var data = answer["error"]!["data"]!;
        Assert.Equal("2026-07-28", (string?)data["requested"]);
        Assert.Equal(["2025-03-26", "2025-06-18", "2025-11-25"], data["supported"]!.AsArray().Select(version => (string?)version));
        Assert.DoesNotContain(upstream.Recorded.Recent, request => request.Label == "server/discover");
    }

    [Fact(Timeout = 60_000)]
    public async Task Initialize_is_legacy_whatever_the_header_says()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = gateway.Raw(server);

        using var response = await client.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}""", ("MCP-Protocol-Version", "2025-11-25"));

        Assert.Equal(200, (int)response.StatusCode);
    }
}
