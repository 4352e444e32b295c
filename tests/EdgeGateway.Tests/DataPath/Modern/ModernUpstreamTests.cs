using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>Clients of both eras in front of a server without sessions.</summary>
public sealed class ModernUpstreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_modern_client_and_a_modern_server_meet_byte_for_byte()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server));

        using var response = await client.SendAsync("tools/list", "\"odd\" : 1e3");
        var list = await response.Content.ReadAsStringAsync(Cancelled);
        var (notFound, _) = await client.AskAsync("unknown/method");
        var called = await client.AskAsync("tools/call", """
            "name":"query","arguments":{"region":"eu"}
            """, "query", "", ("Mcp-Param-Region", "eu"));

        Assert.Contains("\"unknown\":1e2", list, StringComparison.Ordinal);
        Assert.Contains(upstream.Requests, request => request.Body.Contains("\"odd\" : 1e3", StringComparison.Ordinal));
        Assert.Equal(404, notFound);
        Assert.Equal(200, called.Status);
        Assert.DoesNotContain(upstream.Requests, request => request.Headers.ContainsKey("Mcp-Session-Id"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_modern_server_asks_and_its_state_pass_through()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server), """{"elicitation":{}}""");

        var asked = (await client.CallAsync("greet"))["result"]!;
        var answered = await client.CallAsync("greet", more: """
            "inputResponses":{"who":{"action":"accept","content":{"name":"Ada"}}},"requestState":"opaque"
            """);

        Assert.Equal("opaque", (string?)asked["requestState"]);
        Assert.Equal("Hello Ada, opaque", (string?)answered["result"]!["content"]![0]!["text"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_leaves_cancels_its_request()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var client = new ModernClient(gateway.Raw(server));

        var hanging = client.CallAsync("hang");
        while (!upstream.Requests.Any(request => request.Body.Contains("\"hang\"", StringComparison.Ordinal)))
        {
            await Task.Yield();
        }

        client.Dispose();

        await upstream.Cancelled.Task.WaitAsync(Cancelled);
        await Assert.ThrowsAnyAsync<Exception>(() => hanging);
        await gateway.UntilAsync(server, stats => stats.InFlight == 0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("2025-03-26")]
    [InlineData("2025-11-25")]
    public async Task A_legacy_client_gets_a_session_that_the_server_does_not_have(string version)
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync(version);

        Assert.Equal("plain", await client.TextOfAsync("plain"));
        Assert.Equal("query", await client.TextOfAsync("query", """{"region":"eu central"}"""));
        using var ping = await client.PostAsync("""{"jsonrpc":"2.0","id":5,"method":"ping"}""");
        Assert.Equal("""{"jsonrpc":"2.0","id":5,"result":{}}""", await ping.Content.ReadAsStringAsync(Cancelled));
        using var level = await client.PostAsync("""{"jsonrpc":"2.0","id":6,"method":"logging/setLevel","params":{"level":"debug"}}""");
        Assert.Equal(200, (int)level.StatusCode);
        await client.TextOfAsync("plain");
        Assert.Contains("\"io.modelcontextprotocol/logLevel\":\"debug\"", upstream.LastCall, StringComparison.Ordinal);
        using var unknown = await client.PostAsync("""{"jsonrpc":"2.0","id":7,"method":"unknown/method"}""");
        Assert.Equal(200, (int)unknown.StatusCode);
        Assert.Contains("-32601", await unknown.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_legacy_client_is_asked_on_its_stream_what_a_modern_server_wants_to_know()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync(capabilities: """{"elicitation":{}}""");

        using var calling = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{}}}""");
        using var events = new StreamReader(await calling.Content.ReadAsStreamAsync(Cancelled));
        var asked = JsonNode.Parse(await NextAsync(events))!;
        Assert.Equal("elicitation/create", (string?)asked["method"]);
        var id = asked["id"]!.ToJsonString();
        using var accepted = await client.PostAsync($$$$"""{"jsonrpc":"2.0","id":{{{{id}}}},"result":{"action":"accept","content":{"name":"Ada"}}}""");
        Assert.Equal(202, (int)accepted.StatusCode);

        var answer = JsonNode.Parse(await NextAsync(events))!;
        Assert.Equal("Hello Ada, opaque", (string?)answer["result"]!["content"]![0]!["text"]);
        Assert.Equal(1, (int)answer["id"]!);

        // Asked again under a new id, which the client does not get to see.
        var rounds = upstream.Requests.Select(request => JsonNode.Parse(request.Body)!).Where(request => (string?)request["method"] == "tools/call").ToList();
        Assert.Equal(2, rounds.Count);
        Assert.NotEqual(rounds[0]["id"]!.ToJsonString(), rounds[1]["id"]!.ToJsonString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_cancelled_while_its_client_is_asked_ends()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync(capabilities: """{"elicitation":{}}""");
        using var calling = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{}}}""");
        using var events = new StreamReader(await calling.Content.ReadAsStreamAsync(Cancelled));
        await NextAsync(events);

        using var cancelled = await client.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");

        Assert.Equal(202, (int)cancelled.StatusCode);
        await gateway.UntilAsync(server, stats => stats.InFlight == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_era_is_shown_and_a_call_without_a_session_works()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var rpc = gateway.Rpc(server, "ada");

        Assert.Equal("plain", await rpc.TextOfAsync("plain"));
        Assert.Equal("modern", (string?)(await gateway.SendAsync(HttpMethod.Get, $"/servers/{server}"))["status"]!["era"]);
    }

    private static async Task<string> NextAsync(StreamReader events)
    {
        while (true)
        {
            var line = await events.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException("the stream ended");
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return line[5..].Trim();
            }
        }
    }
}
