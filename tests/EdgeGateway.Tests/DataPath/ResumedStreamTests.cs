using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Modern;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A legacy server that ends the stream of a call before its answer, to be asked for the rest: the gateway does, for callers that cannot (protocol.md section 2).</summary>
public sealed class ResumedStreamTests
{
    private const string Progress = """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":TOKEN,"progress":1}}""";
    private const string Question = """{"jsonrpc":"2.0","id":"who","method":"elicitation/create","params":{"message":"Your name?","requestedSchema":{"type":"object","properties":{}}}}""";

    /// <summary>What the GETs asked to go on from, in order.</summary>
    private readonly ConcurrentQueue<string> _resumed = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_modern_client_gets_its_answer_and_what_came_before_it()
    {
        await using var upstream = await UpstreamAsync(Progress, "", "ANSWER");
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":1}""");
        using var client = new ModernClient(gateway.Raw(server, "ada"));

        using var response = await client.SendAsync("tools/call", "\"name\":\"x\",\"arguments\":{}", "x", "\"progressToken\":7");
        var events = ModernClient.Events(await response.Content.ReadAsStringAsync(Cancelled)).Select(data => JsonNode.Parse(data)!).ToList();

        Assert.Equal(7, (int)events[0]["params"]!["progressToken"]!);
        Assert.Equal("done", (string?)events[^1]["result"]!["content"]![0]!["text"]);
        Assert.Equal(["e-0", "e-1", "e-2"], _resumed);
        Assert.Single(upstream.Bodies, body => body.Contains("tools/call", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_that_comes_after_the_break_is_asked_and_its_answer_waits_for_the_next()
    {
        await using var upstream = await UpstreamAsync(Question, "", "ANSWER");
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":1}""");
        using var client = new ModernClient(gateway.Raw(server, "ada"), """{"elicitation":{}}""");

        var asked = (await client.CallAsync("x"))["result"]!;
        Assert.Equal("Your name?", (string?)asked["inputRequests"]!["who"]!["params"]!["message"]);
        var answered = await client.CallAsync("x", more: $$$"""
            "inputResponses":{"who":{"action":"accept","content":{} } },"requestState":{{{asked["requestState"]!.ToJsonString()}}}
            """);

        Assert.Equal("done", (string?)answered["result"]!["content"]![0]!["text"]);
        Assert.Equal(["e-0", "e-1", "e-2"], _resumed);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("rpc")]
    [InlineData("shared")]
    [InlineData("user")]
    public async Task So_does_every_legacy_caller_that_does_not_see_the_ids_of_events(string how)
    {
        await using var upstream = await UpstreamAsync("", "ANSWER");
        await using var gateway = await TestGateway.StartAsync();
        var isolation = how == "rpc" ? "auto" : how;
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"size":1,"isolation":"{{isolation}}"}""");
        using var client = how == "rpc" ? gateway.Rpc(server, "ada") : await gateway.Raw(server, "ada").InitializeAsync();

        Assert.Equal("done", await client.TextOfAsync("x"));
        Assert.Equal(["e-0", "e-1"], _resumed);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_sees_them_is_left_to_do_it_itself()
    {
        await using var upstream = await UpstreamAsync("ANSWER");
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":1,"isolation":"session"}""");
        using var client = await gateway.Raw(server, "ada").InitializeAsync();

        using var response = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}""");

        Assert.Contains("id: e-0", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Empty(_resumed);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_cannot_go_on_has_lost_the_connection()
    {
        await using var upstream = await UpstreamAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":1}""");
        using var client = new ModernClient(gateway.Raw(server, "ada"));

        var answer = await client.CallAsync("x");

        Assert.Equal("upstream_connection_lost", (string?)answer["error"]!["data"]!["reason"]);
        Assert.Equal(["e-0"], _resumed);
    }

    /// <summary>Begins the answer to a call with a place alone, goes on with one of the parts at each GET, and then with 405.</summary>
    private Task<ScriptedUpstream> UpstreamAsync(params string[] parts)
    {
        var call = "";
        return ScriptedUpstream.StartAsync(async (http, body) =>
        {
            if (http.Request.Method == "POST")
            {
                if (!body.Contains("tools/call", StringComparison.Ordinal))
                {
                    http.Response.StatusCode = 202;
                    return;
                }

                call = body;
                await EventAsync(http, 0, "");
                return;
            }

            var place = http.Request.Headers["Last-Event-ID"].ToString();
            _resumed.Enqueue(place);
            if (place.Length == 0 || _resumed.Count > parts.Length)
            {
                http.Response.StatusCode = 405;
                return;
            }

            var token = JsonNode.Parse(call)!["params"]!["_meta"]?["progressToken"]?.ToJsonString() ?? "0";
            await EventAsync(http, _resumed.Count, parts[_resumed.Count - 1]
                .Replace("TOKEN", token, StringComparison.Ordinal)
                .Replace("ANSWER", $$$"""{"jsonrpc":"2.0","id":{{{ScriptedUpstream.IdOf(call)}}},"result":{"content":[{"type":"text","text":"done"}]} }""", StringComparison.Ordinal));
        });
    }

    private static Task EventAsync(HttpContext http, int place, string data)
    {
        http.Response.ContentType = "text/event-stream";
        return http.Response.WriteAsync($"id: e-{place}\nretry: 0\ndata: {data}\n\n");
    }
}
