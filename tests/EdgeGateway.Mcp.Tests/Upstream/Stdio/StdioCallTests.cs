using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>Messages to a process and back.</summary>
public sealed class StdioCallTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_call_is_answered_with_JSON()
    {
        await using var upstream = await StdioUpstream.StartAsync();

        Assert.Equal("hello", await upstream.TextOfAsync("echo", """{"text":"hello"}"""));
        Assert.Equal("2025-11-25", upstream.Session.ProtocolVersion);
        Assert.Contains("stdio-upstream", System.Text.Encoding.UTF8.GetString(upstream.Session.InitializeResult.Span), StringComparison.Ordinal);
        Assert.True(upstream.Session.IsStateful);
        Assert.Null(upstream.Session.SessionId);
        Assert.False(upstream.Session.TryClaimInitialized());
        Assert.Equal(ReplyKind.Json, await upstream.Session.PingAsync(Cancelled));
    }

    /// <summary>The length is known, so the client gets it, and the answer in one packet.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_answer_says_how_long_it_is()
    {
        await using var upstream = await StdioUpstream.StartAsync();
        await using var modern = await StdioUpstream.StartModernAsync();

        await using var reply = await upstream.CallAsync("echo", """{"text":"hello"}""");
        await using var spelled = await modern.CallAsync("echo", """{"text":"hello"}""", meta: """{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}""");

        Assert.Equal(await LengthAsync(reply), reply.Length);
        Assert.Equal(await LengthAsync(spelled), spelled.Length);

        static async Task<long?> LengthAsync(UpstreamReply reply)
        {
            var body = new MemoryStream();
            await reply.Body.CopyToAsync(body, Cancelled);
            return body.Length > 0 ? body.Length : null;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_requests_at_once_are_matched_by_their_ids()
    {
        await using var upstream = await StdioUpstream.StartAsync();

        var first = upstream.CallAsync("hold", id: "\"a\\/b\"");
        var second = await upstream.TextOfAsync("release", id: "2");
        await using var held = await first;

        Assert.Equal("released", second);
        Assert.Equal("held", StdioUpstream.Text(await StdioUpstream.BodyAsync(held)));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_id_that_is_in_use_is_refused()
    {
        await using var upstream = await StdioUpstream.StartAsync();

        var first = upstream.CallAsync("hold", id: "7");
        await using var second = await upstream.CallAsync("release", id: "7");

        Assert.Equal(UpstreamFaultKind.Protocol, second.Fault!.Kind);
        Assert.Contains("same id", second.Fault.Message, StringComparison.Ordinal);
        await upstream.TextOfAsync("release", id: "8");
        await using var held = await first;
    }

    [Fact(Timeout = 60_000)]
    public async Task Progress_comes_before_the_answer_and_goes_by_its_token()
    {
        await using var upstream = await StdioUpstream.StartAsync();
        var other = upstream.CallAsync("hold", id: "1", meta: """{"progressToken":"t-1"}""");

        await using var reply = await upstream.CallAsync("progress", """{"times":2}""", id: "2", meta: """{"progressToken":"t-2"}""");
        var events = await EventsAsync(reply);

        Assert.Equal(ReplyKind.Events, reply.Kind);
        Assert.Equal(3, events.Count);
        Assert.Contains("\"progressToken\":\"t-2\",\"progress\":1", events[0], StringComparison.Ordinal);
        Assert.Contains("\"progress\":2", events[1], StringComparison.Ordinal);
        Assert.Contains("done", events[2], StringComparison.Ordinal);
        await upstream.TextOfAsync("release", id: "3");
        await using var held = await other;
        Assert.Equal(ReplyKind.Json, held.Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_question_of_the_server_reaches_the_request_that_runs()
    {
        await using var upstream = await StdioUpstream.StartAsync(TimeProvider.System, """{"elicitation":{}}""");
        Assert.True(upstream.Session.TryClaimInitialized());

        await using var reply = await upstream.CallAsync("ask");
        await using var events = reply.ReadEventsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await events.MoveNextAsync());
        Assert.Contains("elicitation/create", Text(events.Current), StringComparison.Ordinal);
        await using var taken = await upstream.PostAsync("""{"jsonrpc":"2.0","id":"q-1","result":{"action":"decline"}}""");
        Assert.Equal(ReplyKind.Accepted, taken.Kind);
        Assert.True(await events.MoveNextAsync());
        Assert.Contains("decline", Text(events.Current), StringComparison.Ordinal);
        Assert.False(await events.MoveNextAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_message_goes_to_the_only_request_that_runs()
    {
        await using var upstream = await StdioUpstream.StartAsync();

        await using var reply = await upstream.CallAsync("log", """{"text":"hi"}""");

        var events = await EventsAsync(reply);
        Assert.Contains("notifications/message", events[0], StringComparison.Ordinal);
        Assert.Contains("logged", events[1], StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_belongs_to_no_request_goes_to_who_listens()
    {
        await using var upstream = await StdioUpstream.StartAsync();
        await using var stream = await upstream.Session.OpenStreamAsync(null, [], Cancelled);
        Assert.Equal(ReplyKind.Events, stream.Kind);

        Assert.Equal("changed", await upstream.TextOfAsync("changed"));

        await using var events = stream.ReadEventsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await events.MoveNextAsync());
        Assert.Contains("tools/list_changed", Text(events.Current), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_listener_ends_the_earlier_ones_stream()
    {
        await using var upstream = await StdioUpstream.StartAsync();
        await using var earlier = await upstream.Session.OpenStreamAsync(null, [], Cancelled);
        await using var later = await upstream.Session.OpenStreamAsync(null, [], Cancelled);

        Assert.Empty(await EventsAsync(earlier));
        await upstream.TextOfAsync("changed");
        await using var events = later.ReadEventsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await events.MoveNextAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Line_breaks_between_the_parts_of_a_message_are_no_lines()
    {
        await using var upstream = await StdioUpstream.StartAsync();

        await using var reply = await upstream.PostAsync(
            "{\"jsonrpc\":\"2.0\",\r\n \"id\":1,\n\"method\":\"tools/call\",\n\n\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"a\\nb\"}}}\n");

        Assert.Equal("a\nb", StdioUpstream.Text(await StdioUpstream.BodyAsync(reply)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_is_sent_message_by_message_and_answered_with_events()
    {
        await using var upstream = await StdioUpstream.StartAsync();

        await using var reply = await upstream.PostAsync(
            """[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":2,"method":"ping"}]""");

        Assert.Equal(["""{"jsonrpc":"2.0","id":1,"result":{}}""", """{"jsonrpc":"2.0","id":2,"result":{}}"""], await EventsAsync(reply));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_request_that_is_not_answered_ends()
    {
        var clock = new FakeTimeProvider();
        await using var upstream = await StdioUpstream.StartAsync(clock, "{}");
        var held = upstream.CallAsync("hold", id: "5");
        await using var taken = await upstream.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}""");
        while (!held.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await using var reply = await held;
        Assert.Equal("cancelled", (string)(await StdioUpstream.BodyAsync(reply))["error"]!["data"]!["reason"]!);
    }

    private static string Text(SseFrame frame) => System.Text.Encoding.UTF8.GetString(frame.Data.Span);

    private static async Task<List<string>> EventsAsync(UpstreamReply reply)
    {
        var events = new List<string>();
        await foreach (var frame in reply.ReadEventsAsync(Cancelled))
        {
            events.Add(Text(frame));
        }

        return events;
    }
}
