using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A drain takes nothing new and lets what runs finish, also where that needs the client.</summary>
public sealed class DrainTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("/pool/drain", """{"timeout":30}""", "draining")]
    [InlineData("/state?activate=false", null, "disabled")]
    public async Task A_running_call_that_asks_its_client_finishes_while_nothing_new_begins(string path, string? body, string reason)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync(options => options with { DrainTimeout = TimeSpan.FromSeconds(30) });
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync(capabilities: """{"elicitation":{}}""");
        using var call = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask_elicitation","arguments":{}}}""");
        using var events = new StreamReader(await call.Content.ReadAsStreamAsync(Cancelled), Encoding.UTF8);
        var asked = JsonNode.Parse(await NextDataAsync(events))!;

        await gateway.SendAsync(HttpMethod.Post, $"/servers/{server}{path}", body);
        using (var refused = await client.PostAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}"""))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.Equal(reason, (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancelled))!["error"]!["data"]!["reason"]);
        }

        using (var answer = await client.PostAsync($$$"""{"jsonrpc":"2.0","id":{{{asked["id"]!.ToJsonString()}}},"result":{"action":"accept","content":{"name":"Ada"} } }"""))
        {
            Assert.Equal(202, (int)answer.StatusCode);
        }

        Assert.Contains("Ada", await NextDataAsync(events), StringComparison.Ordinal);
        await gateway.UntilAsync(server, stats => stats is { InFlight: 0, Total: 0 });
        using var late = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        Assert.Equal(404, (int)late.StatusCode);
    }

    private static async Task<string> NextDataAsync(StreamReader events)
    {
        while (await events.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                return line[6..];
            }
        }

        throw new EndOfStreamException("the stream ended without an event");
    }
}
