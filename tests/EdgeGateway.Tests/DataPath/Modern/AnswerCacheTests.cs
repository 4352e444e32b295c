using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>What a modern server lets be served again is, and to nobody else than it says.</summary>
public sealed class AnswerCacheTests
{
    private const string Public = "\"ttlMs\":60000,\"cacheScope\":\"public\"";
    private const string Private = "\"ttlMs\":60000,\"cacheScope\":\"private\"";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_public_answer_serves_every_user(bool bySse)
    {
        await using var lists = await Lists.StartAsync(Public, bySse);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(lists.Url);
        using var ada = new ModernClient(gateway.Raw(server, "ada"));
        using var bob = new ModernClient(gateway.Raw(server, "bob"));

        var first = await ada.AskAsync("tools/list", meta: "\"progressToken\":1,\"traceparent\":\"00-1-1-00\"");
        using var response = await bob.SendAsync("tools/list", meta: "\"progressToken\":2,\"traceparent\":\"00-2-2-00\"");
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        var second = JsonNode.Parse(text)!;

        Assert.Equal(1, lists.Asked);
        Assert.Equal("list 1", (string?)first.Answer["result"]!["tools"]![0]!["name"]);
        Assert.Equal("list 1", (string?)second["result"]!["tools"]![0]!["name"]);
        Assert.Equal(1, (int)second["id"]!);
        Assert.InRange((long)second["result"]!["ttlMs"]!, 1, 60_000);
        Assert.Equal(lists.Last.Replace("60000", second["result"]!["ttlMs"]!.ToJsonString()), text);
        Assert.NotNull(response.Headers.Age);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_private_answer_serves_its_own_user_only()
    {
        await using var lists = await Lists.StartAsync(Private);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(lists.Url);
        using var ada = new ModernClient(gateway.Raw(server, "ada"));
        using var again = new ModernClient(gateway.Raw(server, "ada"));
        using var bob = new ModernClient(gateway.Raw(server, "bob"));

        Assert.Equal("list 1", await NameAsync(ada));
        Assert.Equal("list 1", await NameAsync(again));
        Assert.Equal("list 2", await NameAsync(bob));
        Assert.Equal("list 1", await NameAsync(ada));
        Assert.Equal("list 2", await NameAsync(bob));
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_nobody_says_who_they_are_nothing_private_is_kept()
    {
        await using var lists = await Lists.StartAsync(Private);
        await using var gateway = await TestGateway.StartAsync(options => options with { AuthRequired = false });
        var server = await gateway.AddServerAsync(lists.Url);
        using var ada = new ModernClient(gateway.Raw(server, "ada"));

        Assert.Equal("list 1", await NameAsync(ada));
        Assert.Equal("list 2", await NameAsync(ada));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_answer_may_depend_on_is_part_of_the_question()
    {
        await using var lists = await Lists.StartAsync(Public);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(lists.Url);
        using var client = new ModernClient(gateway.Raw(server));
        using var asking = new ModernClient(gateway.Raw(server), """{"elicitation":{}}""");

        Assert.Equal("list 1", await NameAsync(client));
        Assert.Equal("list 2", await NameAsync(client, "\"cursor\":\"2\""));
        Assert.Equal("list 3", await NameAsync(asking));
        Assert.Equal("list 4", await NameAsync(client, method: "prompts/list"));
        Assert.Equal("list 5", Name((await client.AskAsync("tools/list", meta: "\"org.example/tenant\":1")).Answer));
        Assert.Equal("list 1", await NameAsync(client));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_that_goes_upstream_is_part_of_the_question()
    {
        await using var lists = await Lists.StartAsync(Public);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(lists.Url, more: ""","passthrough_headers":["authorization","x-tenant"]""");
        using var ada = new ModernClient(gateway.Raw(server, "ada"));
        using var bob = new ModernClient(gateway.Raw(server, "bob"));

        Assert.Equal("list 1", await NameAsync(ada));
        Assert.Equal("list 2", await NameAsync(bob));
        Assert.Equal("list 3", Name((await ada.AskAsync("tools/list", headers: ("X-Tenant", "two"))).Answer));
        Assert.Equal("list 1", await NameAsync(ada));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_to_what_people_said_is_never_kept()
    {
        await using var lists = await Lists.StartAsync(Public);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(lists.Url);
        using var client = new ModernClient(gateway.Raw(server));

        Assert.Equal("list 1", await NameAsync(client, "\"requestState\":\"s\""));
        Assert.Equal("list 2", await NameAsync(client, "\"requestState\":\"s\""));
        Assert.Equal("list 3", await NameAsync(client, "\"inputResponses\":{}"));
        Assert.Equal("list 4", await NameAsync(client, "\"inputResponses\":{}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_the_server_would_refuse_is_not_answered_from_memory()
    {
        await using var lists = await Lists.StartAsync(Public);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(lists.Url);
        using var client = new ModernClient(gateway.Raw(server));
        await NameAsync(client);

        var refused = await client.AskAsync("tools/list", headers: ("Mcp-Method", "prompts/list"));

        Assert.Equal(400, refused.Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_is_told_of_a_change_is_not_given_what_was_before_it()
    {
        await using var lists = await Lists.StartAsync(Public);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(lists.Url);
        using var client = new ModernClient(gateway.Raw(server));
        Assert.Equal("list 1", await NameAsync(client));

        using var response = await client.SendAsync("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
        while (await events.ReadLineAsync(Cancelled) is { } line && !line.Contains("list_changed", StringComparison.Ordinal))
        {
        }

        Assert.Equal("list 2", await NameAsync(client));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_at_another_address_is_another_server()
    {
        await using var one = await Lists.StartAsync(Public);
        await using var other = await Lists.StartAsync(Public);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(one.Url);
        using var client = new ModernClient(gateway.Raw(server));
        await NameAsync(client);
        await NameAsync(client);

        await gateway.SendAsync(HttpMethod.Patch, $"/servers/{server}", $$"""{"url":"{{other.Url}}"}""");
        await NameAsync(client);

        Assert.Equal((1, 1), (one.Asked, other.Asked));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_memory_for_it_the_server_is_asked_every_time()
    {
        await using var lists = await Lists.StartAsync(Public);
        await using var gateway = await TestGateway.StartAsync(options => options with { AnswerCacheBytes = 0 });
        var server = await gateway.AddServerAsync(lists.Url);
        using var client = new ModernClient(gateway.Raw(server));

        Assert.Equal("list 1", await NameAsync(client));
        Assert.Equal("list 2", await NameAsync(client));
    }

    private static async Task<string?> NameAsync(ModernClient client, string parameters = "", string method = "tools/list") =>
        Name((await client.AskAsync(method, parameters)).Answer);

    private static string? Name(JsonNode answer) => (string?)answer["result"]?["tools"]?[0]?["name"] ?? answer.ToJsonString();

    /// <summary>A modern server whose every list differs from the one before.</summary>
    private sealed class Lists : IAsyncDisposable
    {
        private readonly ConcurrentQueue<string> _asked = new();
        private ScriptedUpstream _upstream = null!;

        public Uri Url => _upstream.Url;

        public int Asked => _asked.Count;

        /// <summary>The last list, as it was sent.</summary>
        public string Last { get; private set; } = "";

        public static async Task<Lists> StartAsync(string hints, bool bySse = false)
        {
            var lists = new Lists();
            lists._upstream = await ScriptedUpstream.StartAsync((http, body) => lists.AnswerAsync(http, body, hints, bySse));
            return lists;
        }

        public ValueTask DisposeAsync() => _upstream.DisposeAsync();

        private async Task AnswerAsync(HttpContext http, string body, string hints, bool bySse)
        {
            var id = ScriptedUpstream.IdOf(body);
            var method = (string)JsonNode.Parse(body)!["method"]!;
            if (http.Request.Headers["Mcp-Method"] != method)
            {
                http.Response.StatusCode = 400;
                await ScriptedUpstream.JsonAsync(http, $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32020,"message":"header mismatch"}}""");
                return;
            }

            switch (method)
            {
                case "server/discover":
                    await ScriptedUpstream.JsonAsync(http, $$$"""{"jsonrpc":"2.0","id":{{{id}}},"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"}}""");
                    break;
                case "subscriptions/listen":
                    await ScriptedUpstream.EventsAsync(http, """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");
                    await ScriptedUpstream.HangAsync(http);
                    break;
                default:
                    _asked.Enqueue(method);
                    var answer = Last = $$$"""{"result":{"resultType":"complete","tools":[{"name":"list {{{_asked.Count}}}"}],{{{hints}}},"unknown" : 1e2}, "id":{{{id}}},"jsonrpc":"2.0"}""";
                    await (bySse ? ScriptedUpstream.EventsAsync(http, answer) : ScriptedUpstream.JsonAsync(http, answer));
                    break;
            }
        }
    }
}
