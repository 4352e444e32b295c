using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Several clients on one upstream session: answers, progress and cancels find the right one.</summary>
public sealed class SharedSessionTests
{
    private const string OneShared = """{"enabled":true,"isolation":"shared","size":1,"max_size":1,"max_concurrency":32}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Twenty_clients_with_the_same_ids_get_their_own_answers()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, OneShared);
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gateway.Raw(server, $"user {i}").InitializeAsync()));

        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            for (var round = 0; round < 20; round++)
            {
                Assert.Equal($"text {i} {round}", await client.TextOfAsync("echo", $$"""{"text":"text {{i}} {{round}}"}"""));
            }
        }));

        Assert.Equal(1, upstream.Recorded.Handshakes);
        var ids = upstream.Recorded.Recent.Where(r => r.Label == "tools/call").Select(r => r.RawId).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task Progress_of_two_calls_with_the_same_token_goes_to_the_client_that_asked()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, OneShared);
        var clients = await Task.WhenAll(gateway.Raw(server, "ada").InitializeAsync(), gateway.Raw(server, "bob").InitializeAsync());
        const string Call =
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sse_progress","arguments":{"steps":3},"_meta":{"progressToken":1}}}""";

        var streams = await Task.WhenAll(clients.Select(async client =>
        {
            using var response = await client.PostAsync(Call);
            return await response.Content.ReadAsStringAsync(Cancelled);
        }));

        foreach (var stream in streams)
        {
            var messages = Messages(stream);
            var progress = messages.Where(m => (string?)m["method"] == "notifications/progress").ToArray();
            Assert.NotEmpty(progress);
            Assert.All(progress, p => Assert.Equal(1, (int)p["params"]!["progressToken"]!));
            Assert.Equal(1, (int)messages[^1]["id"]!);
        }

        var tokens = upstream.Recorded.Recent.Where(r => r.Label == "tools/call").Select(r => (string?)JsonNode.Parse(r.BodyText)!["params"]!["_meta"]!["progressToken"]).ToArray();
        Assert.Equal(2, tokens.Distinct().Count());
        Assert.All(tokens, token => Assert.StartsWith("egw-", token, StringComparison.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ask_sampling")]
    [InlineData("ask_elicitation")]
    [InlineData("ask_roots")]
    public async Task A_server_that_asks_on_a_shared_session_is_refused_and_the_call_still_ends(string tool)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, OneShared);
        using var client = await gateway.Raw(server).InitializeAsync(capabilities: """{"sampling":{},"roots":{},"elicitation":{}}""");
        using var rpc = new RawClient(gateway.Client(gateway.Token("ada")), $"/servers/{server}/rpc");

        foreach (var door in new[] { client, rpc })
        {
            using var response = await door.PostAsync($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }""");
            var body = await response.Content.ReadAsStringAsync(Cancelled);
            Assert.DoesNotContain("\"method\"", body, StringComparison.Ordinal);
            Assert.Contains("\"id\":1", body, StringComparison.Ordinal);
        }

        // No client capability is declared on a session nobody in particular can answer for.
        Assert.All(upstream.Recorded.Recent.Where(r => r.Label == "initialize"), r => Assert.Contains("\"capabilities\":{}", r.BodyText, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_caller_at_rpc_that_disconnects_cancels_its_request()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, OneShared);
        using var http = gateway.Client(gateway.Token("ada"));
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var content = new StringContent(Slow, null, "application/json");
        var call = http.PostAsync(new Uri($"/servers/{server}/rpc", UriKind.Relative), content, leaves.Token);
        await upstream.Gate.WhenWaitingAsync(1, Cancelled);

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        await upstream.Recorded.WhenSeenAsync("notifications/cancelled", 1, Cancelled);
        upstream.Gate.Open();
        await gateway.UntilAsync(server, stats => stats.InFlight == 0);
    }

    private const string Slow = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{}}}""";

    private static JsonNode[] Messages(string stream) =>
        [.. stream.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal) && line.Length > 7).Select(line => JsonNode.Parse(line[5..])!)];
}
