using EdgeGateway.Mcp.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>What a session does besides carrying messages: streams, pings, the end.</summary>
public class SessionTests
{
    [Fact]
    public async Task The_servers_own_stream_is_opened_and_resumed_with_GET()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync(
            (context, _) => context.AnswerAsync(200, "text/event-stream", "id: 8\ndata: {}\n\n", chunked: true));
        var session = await upstream.ConnectAsync();

        await using var reply = await session.OpenStreamAsync("7", [Answers.Header("X-A", "1")], TestContext.Current.CancellationToken);

        Assert.Equal(ReplyKind.Events, reply.Kind);
        var request = upstream.Requests.Last();
        Assert.Equal("GET", request.Method);
        Assert.Equal("text/event-stream", request.Header("Accept"));
        Assert.Equal("7", request.Header("Last-Event-ID"));
        Assert.Equal("1", request.Header("X-A"));
        Assert.Equal("s-1", request.Header("Mcp-Session-Id"));
        Assert.Equal("2025-06-18", request.Header("MCP-Protocol-Version"));
    }

    [Theory]
    [InlineData(405, ReplyKind.HttpError)]
    [InlineData(404, ReplyKind.SessionGone)]
    public async Task An_upstream_without_a_stream_says_so(int status, ReplyKind kind)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(status));
        var session = await upstream.ConnectAsync();

        await using var reply = await session.OpenStreamAsync(null, [], TestContext.Current.CancellationToken);

        Assert.Equal(kind, reply.Kind);
        Assert.Equal(status, reply.Status);
        Assert.Null(upstream.Requests.Last().Header("Last-Event-ID"));
    }

    [Theory]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":ID,"result":{}}""", ReplyKind.Json)]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"?"}}""", ReplyKind.Json)]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"?"}}""", ReplyKind.Json)]
    [InlineData(200, "text/event-stream", "id: 1\ndata:\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{}}\n\n", ReplyKind.Json)]
    [InlineData(200, "text/event-stream", "data: {\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}\n\n", ReplyKind.Fault)]
    [InlineData(200, "application/json", """{"ok":true}""", ReplyKind.Fault)]
    [InlineData(200, "text/html", "<html>", ReplyKind.Fault)]
    [InlineData(404, "text/plain", "", ReplyKind.SessionGone)]
    [InlineData(400, "text/plain", "Session not found", ReplyKind.SessionGone)]
    [InlineData(401, "text/plain", "", ReplyKind.HttpError)]
    [InlineData(503, "text/plain", "", ReplyKind.Fault)]
    public async Task A_ping_tells_whether_the_session_lives(int status, string contentType, string body, ReplyKind kind)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, received) =>
        {
            var id = System.Text.Json.JsonDocument.Parse(received.Body).RootElement.GetProperty("id").GetRawText();
            return context.AnswerAsync(status, contentType, body.Replace("ID", id), chunked: true);
        });
        var session = await upstream.ConnectAsync();

        Assert.Equal(kind, await session.PingAsync(TestContext.Current.CancellationToken));
        Assert.Matches("""^\{"jsonrpc":"2\.0","id":"egw-ping-\w+","method":"ping"\}$""", upstream.Requests.Last().Body);
    }

    [Fact]
    public async Task Two_pings_have_two_ids()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(503));
        var session = await upstream.ConnectAsync();

        await session.PingAsync(TestContext.Current.CancellationToken);
        await session.PingAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, upstream.Requests.Skip(2).Select(request => request.Body).Distinct().Count());
    }

    [Fact]
    public async Task A_ping_whose_answer_breaks_off_is_a_fault()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.BreakAsync("application/json", "{"));
        var session = await upstream.ConnectAsync();

        Assert.Equal(ReplyKind.Fault, await session.PingAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(500)]
    public async Task Closing_ends_the_session_upstream_once_whatever_comes_back(int status)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(status));
        var session = await upstream.ConnectAsync();

        await session.CloseAsync(TestContext.Current.CancellationToken);
        await session.CloseAsync(TestContext.Current.CancellationToken);

        var delete = Assert.Single(upstream.Requests, request => request.Method == "DELETE");
        Assert.Equal("s-1", delete.Header("Mcp-Session-Id"));
        Assert.Equal("2025-06-18", delete.Header("MCP-Protocol-Version"));
    }

    [Fact]
    public async Task Where_there_is_no_session_there_is_nothing_to_end()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(200), sessionId: null);
        var session = await upstream.ConnectAsync();

        await session.CloseAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(upstream.Requests, request => request.Method == "DELETE");
    }

    [Fact]
    public async Task Closing_waits_five_seconds_at_most_and_never_throws()
    {
        var clock = new FakeTimeProvider();
        var reached = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) =>
        {
            reached.SetResult();
            return context.UntilAbortedAsync();
        });
        var session = await upstream.Connector(clock).ConnectAsync(new Handshake("2025-11-25", "{}", []), TestContext.Current.CancellationToken);

        var closing = session.CloseAsync(CancellationToken.None).AsTask();
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(closing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));
        await closing.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Closing_with_a_cancelled_token_does_not_throw()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(200));
        var session = await upstream.ConnectAsync();

        await session.CloseAsync(new CancellationToken(canceled: true));
    }

    [Fact]
    public async Task When_the_upstream_is_gone_everything_says_so_and_nothing_throws()
    {
        var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(200));
        using var http = TestTransport.New();
        var connector = new StreamableHttpConnector(http, upstream.Url, [], TimeProvider.System);
        var session = await connector.ConnectAsync(new Handshake("2025-11-25", "{}", []), TestContext.Current.CancellationToken);
        await upstream.DisposeAsync();

        await using var reply = await session.PostAsync("{}"u8.ToArray(), [], TestContext.Current.CancellationToken);
        await using var stream = await session.OpenStreamAsync(null, [], TestContext.Current.CancellationToken);

        Assert.Equal(UpstreamFaultKind.Refused, reply.Fault!.Kind);
        Assert.Equal(UpstreamFaultKind.Refused, stream.Fault!.Kind);
        Assert.Equal(ReplyKind.Fault, await session.PingAsync(TestContext.Current.CancellationToken));
        await session.CloseAsync(TestContext.Current.CancellationToken);
    }
}
