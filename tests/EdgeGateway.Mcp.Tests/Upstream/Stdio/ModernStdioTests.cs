using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>One process of revision 2026-07-28 for many clients.</summary>
public sealed class ModernStdioTests
{
    private const string Meta = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Requests_with_the_same_id_and_token_get_their_own_answers_and_progress()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();

        var both = await Task.WhenAll(MeetAsync(upstream, "ada"), MeetAsync(upstream, "bob"));

        foreach (var (name, events) in both)
        {
            Assert.Equal(2, events.Count);
            Assert.Equal(("7", name), (events[0]["params"]!["progressToken"]!.ToJsonString(), (string?)events[0]["params"]!["message"]));
            Assert.Equal(("1", name), (events[1]["id"]!.ToJsonString(), StdioUpstream.Text(events[1])));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("1")]
    [InlineData("\"a\\/b\"")]
    [InlineData("12345678901234567890")]
    public async Task An_id_comes_back_as_its_client_wrote_it(string id)
    {
        await using var upstream = await StdioUpstream.StartModernAsync();

        await using var reply = await CallAsync(upstream, "echo", """{"text":"x"}""", id);

        Assert.Contains($"\"id\":{id},", await new StreamReader(reply.Body).ReadToEndAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_is_given_up_is_cancelled()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();
        using var patience = new CancellationTokenSource();

        var held = upstream.Session.PostAsync(Call("hold", "{}", "1"), [], patience.Token).AsTask();
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        Assert.Equal("hold", await TextAsync(upstream, "cancelled"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_answered_is_not_cancelled()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();

        await TextAsync(upstream, "echo");
        await Task.WhenAll(MeetAsync(upstream, "ada"), MeetAsync(upstream, "bob"));

        Assert.Equal("", await TextAsync(upstream, "cancelled"));
        Assert.DoesNotContain(upstream.Log, line => line.StartsWith("dropped", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_cannot_cancel_what_another_one_asked()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();
        var held = CallAsync(upstream, "hold");

        await using var taken = await upstream.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""");

        Assert.Equal(ReplyKind.Accepted, taken.Kind);
        Assert.Equal("", await TextAsync(upstream, "cancelled"));
        await TextAsync(upstream, "release");
        await using var reply = await held;
        Assert.Equal("held", StdioUpstream.Text(await StdioUpstream.BodyAsync(reply)));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_names_neither_a_request_nor_a_subscription_reaches_nobody()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();

        await using var reply = await CallAsync(upstream, "leak", meta: "\"progressToken\":\"t\",");

        Assert.Equal("said", StdioUpstream.Text(await StdioUpstream.BodyAsync(reply)));
        Assert.Equal(3, upstream.Log.Count(line => line == "dropped a notification nobody listens to"));
        Assert.Single(upstream.Log, "dropped a request with nobody to ask");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_error_goes_with_its_HTTP_status()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();

        await using var reply = await upstream.PostAsync($$$"""{"jsonrpc":"2.0","id":4,"method":"un/known","params":{"_meta":{ {{{Meta}}} } } }""");

        Assert.Equal((ReplyKind.HttpError, 404), (reply.Kind, reply.Status));
        Assert.Contains("\"id\":4,\"error\":{\"code\":-32601", await new StreamReader(reply.Body).ReadToEndAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Subscriptions_with_the_same_id_are_told_apart_and_end_with_their_answers()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();
        await using var one = await ListenAsync(upstream, "5", "toolsListChanged");
        await using var other = await ListenAsync(upstream, "5", "promptsListChanged");
        await TextAsync(upstream, "changed");
        await TextAsync(upstream, "end");

        var (first, second) = (await EventsAsync(one), await EventsAsync(other));

        Assert.Contains("toolsListChanged", first[0].ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("promptsListChanged", second[0].ToJsonString(), StringComparison.Ordinal);
        foreach (var events in new[] { first, second })
        {
            Assert.Equal(
                ["notifications/subscriptions/acknowledged", "notifications/tools/list_changed", null],
                events.Select(message => (string?)message["method"]));
            Assert.All(events, message => Assert.Equal(5, (int)(message["params"] ?? message["result"])!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!));
            Assert.Equal(5, (int)events[2]["id"]!);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_subscription_ends_when_its_client_leaves_or_the_server_withdraws_it()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();
        var left = await ListenAsync(upstream, "1", "toolsListChanged");
        await using var withdrawn = await ListenAsync(upstream, "1", "toolsListChanged");

        await left.DisposeAsync();
        Assert.Equal("subscriptions/listen", await TextAsync(upstream, "cancelled"));
        await TextAsync(upstream, "withdraw");

        var ended = await Assert.ThrowsAsync<UpstreamException>(() => EventsAsync(withdrawn));
        Assert.Contains("ended the subscription", ended.Fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Whatever_runs_ends_with_the_process()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();
        await using var listening = await ListenAsync(upstream, "1", "toolsListChanged");
        var held = CallAsync(upstream, "hold");

        await using var died = await CallAsync(upstream, "die");

        await using var reply = await held;
        Assert.Equal(UpstreamFaultKind.ConnectionLost, reply.Fault!.Kind);
        Assert.Equal(UpstreamFaultKind.ConnectionLost, died.Fault!.Kind);
        await Assert.ThrowsAsync<UpstreamException>(() => EventsAsync(listening));
        Assert.Equal(ReplyKind.SessionGone, (await CallAsync(upstream, "echo")).Kind);
        Assert.Equal(ReplyKind.SessionGone, await upstream.Session.PingAsync(Cancelled));
        Assert.True(upstream.Session.IsGone);
    }

    [Fact(Timeout = 60_000)]
    public async Task Pings_may_run_at_once()
    {
        await using var upstream = await StdioUpstream.StartModernAsync();

        var pings = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => upstream.Session.PingAsync(Cancelled).AsTask()));

        Assert.All(pings, ping => Assert.Equal(ReplyKind.Json, ping));
        Assert.Equal(ReplyKind.Fault, (await upstream.Session.OpenStreamAsync(null, [], Cancelled)).Kind);
    }

    private static async Task<(string Name, List<JsonNode> Events)> MeetAsync(StdioUpstream upstream, string name)
    {
        await using var reply = await CallAsync(upstream, "meet", $$"""{"text":"{{name}}","times":2}""", meta: "\"progressToken\":7,");
        return (name, await EventsAsync(reply));
    }

    private static Task<UpstreamReply> ListenAsync(StdioUpstream upstream, string id, string wanted) => upstream.PostAsync(
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"subscriptions/listen","params":{"_meta":{ {{{Meta}}} },"notifications":{"{{{wanted}}}":true} } }""");

    private static byte[] Call(string tool, string arguments, string id, string meta = "") => Encoding.UTF8.GetBytes(
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}},"_meta":{ {{{meta}}}{{{Meta}}} } } }""");

    private static async Task<UpstreamReply> CallAsync(StdioUpstream upstream, string tool, string arguments = "{}", string id = "1", string meta = "") =>
        await upstream.Session.PostAsync(Call(tool, arguments, id, meta), [], Cancelled);

    private static async Task<string> TextAsync(StdioUpstream upstream, string tool)
    {
        await using var reply = await CallAsync(upstream, tool);
        return StdioUpstream.Text(await StdioUpstream.BodyAsync(reply));
    }

    private static async Task<List<JsonNode>> EventsAsync(UpstreamReply reply)
    {
        var events = new List<JsonNode>();
        await foreach (var frame in reply.ReadEventsAsync(Cancelled))
        {
            events.Add(JsonNode.Parse(frame.Data.Span)!);
        }

        return events;
    }
}
