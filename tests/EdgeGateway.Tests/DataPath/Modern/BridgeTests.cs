using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>A client without sessions in front of a server that needs them (protocol.md section 4).</summary>
public sealed class BridgeTests
{
    private const string Everything = """{"elicitation":{},"sampling":{},"roots":{}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(true, "round_robin")]
    [InlineData(false, "round_robin")]
    [InlineData(true, "sticky")]
    [InlineData(true, "least_connections")]
    [InlineData(true, "none")]
    public async Task Calls_run_over_pooled_sessions_and_keep_their_state(bool bySse, string strategy)
    {
        await using var upstream = await TestUpstream.StartAsync(new TestUpstreamOptions { AnswerBySse = bySse }, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"strategy":"{{strategy}}"}""");
        using var client = new ModernClient(gateway.Raw(server, "ada"));

        var first = await client.CallAsync("counter_increment");
        var second = await client.CallAsync("counter_increment");

        Assert.Equal("complete", (string?)second["result"]!["resultType"]);
        Assert.Equal("test-upstream", (string?)second["result"]!["_meta"]!["io.modelcontextprotocol/serverInfo"]!["name"]);
        Assert.Equal("1", Text(first));
        Assert.Equal(strategy == "none" ? "1" : "2", Text(second));
        Assert.DoesNotContain(upstream.Recorded.Recent, request => request.Label != "server/discover" && request.BodyText.Contains("io.modelcontextprotocol", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_users_never_meet_each_others_state()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var ada = new ModernClient(gateway.Raw(server, "ada"));
        using var bob = new ModernClient(gateway.Raw(server, "bob"));

        await ada.CallAsync("counter_increment");
        await ada.CallAsync("counter_increment");

        Assert.Equal("1", Text(await bob.CallAsync("counter_increment")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Discover_says_what_the_handshake_said()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server));

        var (status, answer) = await client.AskAsync("server/discover");

        Assert.Equal(200, status);
        var result = answer["result"]!;
        Assert.Equal("complete", (string?)result["resultType"]);
        Assert.Contains("2026-07-28", result["supportedVersions"]!.AsArray().Select(version => (string?)version));
        Assert.NotNull(result["capabilities"]!["tools"]);
        Assert.Equal("test-upstream", (string?)result["_meta"]!["io.modelcontextprotocol/serverInfo"]!["name"]);
        Assert.Equal(0, (int)result["ttlMs"]!);
        Assert.Equal("private", (string?)result["cacheScope"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("tools/list")]
    [InlineData("prompts/list")]
    [InlineData("resources/list")]
    [InlineData("resources/templates/list")]
    public async Task Lists_say_how_long_they_are_good_for(string method)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server));

        var (status, answer) = await client.AskAsync(method);

        Assert.Equal(200, status);
        Assert.Equal("complete", (string?)answer["result"]!["resultType"]);
        Assert.Equal(0, (int)answer["result"]!["ttlMs"]!);
        Assert.Equal("private", (string?)answer["result"]!["cacheScope"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ask_elicitation", "elicitation/create", """{"action":"accept","content":{"name":"Ada"}}""")]
    [InlineData("ask_sampling", "sampling/createMessage", """{"role":"assistant","content":{"type":"text","text":"Paris"},"model":"m"}""")]
    [InlineData("ask_roots", "roots/list", """{"roots":[{"uri":"file:///ada"}]}""")]
    public async Task A_question_of_the_server_becomes_input_the_client_is_asked_for(string tool, string method, string input)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server), Everything);

        var asked = (await client.CallAsync(tool))["result"]!;
        Assert.Equal("input_required", (string?)asked["resultType"]);
        var (key, request) = Assert.Single(asked["inputRequests"]!.AsObject());
        Assert.Equal(method, (string?)request!["method"]);
        var state = (string)asked["requestState"]!;

        var answered = await client.CallAsync(tool, more: $$$"""
            "inputResponses":{"{{{key}}}":{{{input}}},"nobody_asked":{"x":1}},"requestState":"{{{state}}}"
            """);

        Assert.Equal("complete", (string?)answered["result"]!["resultType"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(input), JsonNode.Parse(Text(answered))), Text(answered));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_state_is_good_once_for_its_own_user_and_request_only()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var ada = new ModernClient(gateway.Raw(server, "ada"), Everything);
        using var bob = new ModernClient(gateway.Raw(server, "bob"), Everything);
        var asked = (await ada.CallAsync("ask_elicitation"))["result"]!;
        var key = asked["inputRequests"]!.AsObject().Single().Key;
        string More(string state) => $$$"""
            "inputResponses":{"{{{key}}}":{"action":"decline"}},"requestState":"{{{state}}}"
            """;
        var state = (string)asked["requestState"]!;

        Assert.Equal(-32602, Code(await bob.CallAsync("ask_elicitation", more: More(state))));
        Assert.Equal(-32602, Code(await ada.CallAsync("ask_sampling", more: More(state))));
        Assert.Equal(-32602, Code(await ada.CallAsync("ask_elicitation", """{"text":"other"}""", More(state))));
        Assert.Equal(-32602, Code(await ada.CallAsync("ask_elicitation", more: More(state + "x"))));
        Assert.NotNull((await ada.CallAsync("ask_elicitation", more: More(state)))["result"]);
        Assert.Equal(-32602, Code(await ada.CallAsync("ask_elicitation", more: More(state))));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_state_is_good_only_with_the_credential_it_was_given_for()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":1,"min_size":1,"max_size":2}""", ",\"passthrough_headers\":[\"x-key\"]");
        using var client = new ModernClient(gateway.Raw(server, "ada"), Everything);
        async Task<JsonNode> AskAsync(string key, string more = "") => (await client.AskAsync(
            "tools/call", "\"name\":\"ask_elicitation\",\"arguments\":{}" + more, "ask_elicitation", headers: ("x-key", key))).Answer;

        var asked = (await AskAsync("first"))["result"]!;
        var more = $$$"""
            ,"inputResponses":{"{{{asked["inputRequests"]!.AsObject().Single().Key}}}":{"action":"decline"}},"requestState":{{{asked["requestState"]!.ToJsonString()}}}
            """;

        // Neither taken up nor driven out by the other credential, which is another account's as far as the server knows.
        Assert.Equal(-32602, Code(await AskAsync("second", more)));
        Assert.NotEqual("input_required", (string?)(await AskAsync("second"))["result"]?["resultType"]);
        Assert.Equal("complete", (string?)(await AskAsync("first", more))["result"]!["resultType"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_is_missing_is_asked_for_again()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server), Everything);
        var asked = (await client.CallAsync("ask_elicitation"))["result"]!;

        var state = (string)asked["requestState"]!;
        var again = (await client.CallAsync("ask_elicitation", more: $$$"""
            "inputResponses":{"wrong":{"action":"accept"}},"requestState":"{{{state}}}"
            """))["result"]!;

        Assert.Equal("input_required", (string?)again["resultType"]);
        Assert.Equal(asked["inputRequests"]!.ToJsonString(), again["inputRequests"]!.ToJsonString());
        Assert.NotEqual((string?)asked["requestState"], (string?)again["requestState"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_the_client_did_not_declare_never_reaches_it()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = new ModernClient(gateway.Raw(server), """{"sampling":{}}""");

        var answer = await client.CallAsync("ask_elicitation", """{"force":true}""");

        Assert.Equal("complete", (string?)answer["result"]!["resultType"]);
        Assert.Contains("-32601", Text(answer), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task At_most_half_of_the_sessions_wait_for_people()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":1,"min_size":1,"max_size":2}""");
        using var ada = new ModernClient(gateway.Raw(server, "ada"), Everything);
        using var bob = new ModernClient(gateway.Raw(server, "bob"), Everything);

        var first = (await ada.CallAsync("ask_elicitation"))["result"]!;
        var (status, answer) = await bob.AskAsync("tools/call", "\"name\":\"ask_elicitation\",\"arguments\":{}", "ask_elicitation");
        Assert.Equal(503, status);
        Assert.Equal("pool_exhausted", (string?)answer["error"]!["data"]!["reason"]);

        // A user's own newest question takes the place of the one nobody came back for.
        var second = (await ada.CallAsync("ask_elicitation"))["result"]!;
        Assert.Equal("input_required", (string?)second["resultType"]);
        Assert.Equal(-32602, Code(await ada.CallAsync("ask_elicitation", more: $"\"requestState\":{first["requestState"]!.ToJsonString()}")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/pool/drain", """{"timeout":300}""")]
    [InlineData("/state?activate=false", null)]
    public async Task A_drain_does_not_wait_for_people(string path, string? body)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync(options => options with { DrainTimeout = TimeSpan.FromSeconds(300) });
        var server = await gateway.AddServerAsync(upstream.Url);
        using var ada = new ModernClient(gateway.Raw(server, "ada"), Everything);
        Assert.Equal("input_required", (string?)(await ada.CallAsync("ask_elicitation"))["result"]!["resultType"]);

        await gateway.SendAsync(HttpMethod.Post, $"/servers/{server}{path}", body);

        await gateway.UntilAsync(server, stats => stats is { InFlight: 0, Total: 0 });
        Assert.Contains(upstream.Recorded.Recent, request => request.Label == "notifications/cancelled");
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_listens_hears_what_it_asked_for_and_nothing_else()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var ada = new ModernClient(gateway.Raw(server, "ada"));
        using var bob = new ModernClient(gateway.Raw(server, "bob"));
        using var adas = await Listener.OpenAsync(ada, """{"toolsListChanged":true}""");
        using var bobs = await Listener.OpenAsync(bob, """{"promptsListChanged":true,"toolsListChanged":true}""");
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)adas.First["method"]);
        Assert.Equal("""{"toolsListChanged":true}""", adas.First["params"]!["notifications"]!.ToJsonString());

        await ada.CallAsync("announce", """{"list":"prompts"}""");
        await ada.CallAsync("announce", """{"list":"tools"}""");

        var heard = await adas.NextAsync();
        Assert.Equal("notifications/tools/list_changed", (string?)heard["method"]);
        Assert.Equal((int)adas.First["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!, (int)heard["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        Assert.Equal("notifications/prompts/list_changed", (string?)(await bobs.NextAsync())["method"]);
        Assert.Equal("notifications/tools/list_changed", (string?)(await bobs.NextAsync())["method"]);
    }

    private sealed class Listener(HttpResponseMessage response, StreamReader events) : IDisposable
    {
        public JsonNode First { get; private set; } = null!;

        public static async Task<Listener> OpenAsync(ModernClient client, string filter)
        {
            var response = await client.SendAsync("subscriptions/listen", $"\"notifications\":{filter}");
            var listener = new Listener(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled)));
            listener.First = await listener.NextAsync();
            return listener;
        }

        public async Task<JsonNode> NextAsync()
        {
            while (true)
            {
                var line = await events.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException("the stream ended");
                if (line.StartsWith("data:", StringComparison.Ordinal))
                {
                    return JsonNode.Parse(line[5..])!;
                }
            }
        }

        public void Dispose()
        {
            events.Dispose();
            response.Dispose();
        }
    }

    private static string Text(JsonNode answer) => (string?)answer["result"]?["content"]?[0]?["text"] ?? answer.ToJsonString();

    private static int Code(JsonNode answer) => (int?)answer["error"]?["code"] ?? 0;
}
