using System.Text;
using EdgeGateway.Mcp.Upstream;
using Microsoft.AspNetCore.Http;

namespace EdgeGateway.Mcp.Tests.Upstream;

public class PostTests
{
    private static readonly byte[] Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"é"}}"""u8.ToArray();

    [Fact]
    public async Task A_message_goes_out_byte_for_byte_with_the_sessions_headers()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(202));
        var session = await upstream.ConnectAsync("{}", Answers.Header("X-A", "1"), Answers.Header("X-B", "1"));

        await using var reply = await session.PostAsync(Call, [Answers.Header("x-b", "2"), Answers.Header("Last-Event-ID", "x")], TestContext.Current.CancellationToken);

        var request = upstream.Requests.Last();
        Assert.Equal(Encoding.UTF8.GetString(Call), request.Body);
        Assert.Equal("s-1", request.Header("Mcp-Session-Id"));
        Assert.Equal("2025-06-18", request.Header("MCP-Protocol-Version"));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal("application/json, text/event-stream", request.Header("Accept"));
        Assert.Equal("1", request.Header("X-A"));
        Assert.Equal("2", request.Header("X-B"));
        Assert.Null(request.Header("Last-Event-ID"));
    }

    [Theory]
    [InlineData(200, "application/json", "{}", false, ReplyKind.Json)]
    [InlineData(200, "application/json", "{}", true, ReplyKind.Json)]
    [InlineData(200, "Application/JSON; charset=utf-8", "{}", true, ReplyKind.Json)]
    [InlineData(200, "application/json", "", false, ReplyKind.Accepted)]
    [InlineData(200, "application/json", "", true, ReplyKind.Accepted)]
    [InlineData(200, null, "", false, ReplyKind.Accepted)]
    [InlineData(200, null, "", true, ReplyKind.Accepted)]
    [InlineData(200, "text/event-stream", "", true, ReplyKind.Events)]
    [InlineData(200, "text/event-stream;charset=utf-8", "data: x\n\n", true, ReplyKind.Events)]
    [InlineData(202, null, "", false, ReplyKind.Accepted)]
    [InlineData(204, null, "", false, ReplyKind.Accepted)]
    [InlineData(404, "text/plain", "who?", false, ReplyKind.SessionGone)]
    [InlineData(400, "application/json", """{"error":{"message":"Bad Request: No valid Session ID provided"}}""", true, ReplyKind.SessionGone)]
    [InlineData(400, "text/plain", "wrong", false, ReplyKind.HttpError)]
    [InlineData(401, "text/plain", "no", false, ReplyKind.HttpError)]
    [InlineData(403, "text/plain", "no", false, ReplyKind.HttpError)]
    [InlineData(405, null, "", false, ReplyKind.HttpError)]
    [InlineData(429, "text/plain", "slow", false, ReplyKind.HttpError)]
    [InlineData(500, "text/plain", "oops", false, ReplyKind.HttpError)]
    [InlineData(200, "text/html", "<html>", false, ReplyKind.Fault)]
    [InlineData(200, "application/jsonish", "{}", false, ReplyKind.Fault)]
    [InlineData(307, "text/plain", "over there", false, ReplyKind.Fault)]
    [InlineData(502, "text/plain", "no", false, ReplyKind.Fault)]
    [InlineData(503, "text/plain", "no", false, ReplyKind.Fault)]
    [InlineData(504, "text/plain", "no", false, ReplyKind.Fault)]
    public async Task Every_answer_has_its_kind(int status, string? contentType, string body, bool chunked, ReplyKind kind)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "17";
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"x\"";
            return context.AnswerAsync(status, contentType, body, chunked);
        });
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);

        Assert.Equal(kind, reply.Kind);
        Assert.Equal(status, reply.Status);
        Assert.Equal("17", reply.RetryAfter);
        Assert.Equal(kind == ReplyKind.Fault, reply.Fault is not null);
        Assert.Equal(kind is ReplyKind.Json or ReplyKind.HttpError ? body : "", kind == ReplyKind.Events ? "" : await reply.TextAsync());
        if (kind == ReplyKind.Fault)
            return;
        Assert.Equal(contentType, reply.ContentType);
        Assert.Equal("Bearer realm=\"x\"", reply.WwwAuthenticate);
    }

    [Theory]
    [InlineData(502, UpstreamFaultKind.Unavailable)]
    [InlineData(503, UpstreamFaultKind.Unavailable)]
    [InlineData(504, UpstreamFaultKind.Unavailable)]
    [InlineData(302, UpstreamFaultKind.Protocol)]
    public async Task A_status_of_what_stands_between_is_a_fault(int status, UpstreamFaultKind kind)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(status));
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);

        Assert.Equal(kind, reply.Fault!.Kind);
        Assert.Equal(status, reply.Fault.Status);
    }

    [Theory]
    [InlineData(404, "no such session")]
    [InlineData(400, "no such session")]
    public async Task Without_a_session_id_nothing_can_be_gone(int status, string body)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(status, "text/plain", body), sessionId: null);
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);

        Assert.Equal(ReplyKind.HttpError, reply.Kind);
        Assert.Equal(body, await reply.TextAsync());
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(4000, false)]
    [InlineData(4096, true)]
    [InlineData(300_000, true)]
    public async Task A_400_that_was_looked_at_still_has_its_whole_body(int length, bool chunked)
    {
        var body = new string('x', length) + (length > 4095 ? " session" : ""); // too late to count
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(400, "text/plain", body, chunked));
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);

        Assert.Equal(ReplyKind.HttpError, reply.Kind);
        Assert.Equal(body, await reply.TextAsync());
    }

    [Fact]
    public async Task An_answer_streams_before_it_is_complete()
    {
        var goOn = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("id: 1\ndata: \n\n");
            await context.Response.Body.FlushAsync();
            await goOn.Task;
            await context.Response.WriteAsync("data: {}\n\n");
        });
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);
        await using var events = reply.ReadEventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("1", events.Current.Id);
        goOn.SetResult();
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("{}"u8, events.Current.Data.Span);
        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_body_is_told_by_the_body()
    {
        var seen = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.BreakAsync("application/json", """{"jsonrpc":""", seen.Task));
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);

        Assert.Equal(ReplyKind.Json, reply.Kind);
        seen.SetResult();
        var exception = await Assert.ThrowsAsync<UpstreamException>(() => reply.TextAsync());
        Assert.Equal(UpstreamFaultKind.ConnectionLost, exception.Fault.Kind);
    }

    [Fact]
    public async Task A_connection_that_breaks_between_events_is_told_by_the_events()
    {
        var seen = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.BreakAsync("text/event-stream", "data: 1\n\n", seen.Task));
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<UpstreamException>(async () =>
        {
            await foreach (var frame in reply.ReadEventsAsync(TestContext.Current.CancellationToken))
            {
                Assert.Equal("1"u8, frame.Data.Span);
                seen.SetResult();
            }
        });
        Assert.Equal(UpstreamFaultKind.ConnectionLost, exception.Fault.Kind);
    }

    [Fact]
    public async Task A_call_is_sent_once_even_when_a_kept_connection_breaks()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var session = await upstream.ConnectAsync();

        await using var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);

        Assert.Equal(UpstreamFaultKind.ConnectionLost, reply.Fault!.Kind);
        Assert.Equal(3, upstream.Requests.Count); // initialize, initialized, the call
    }

    [Fact]
    public async Task Cancellation_is_not_a_fault()
    {
        using var cancellation = new CancellationTokenSource();
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync(async (context, _) =>
        {
            await cancellation.CancelAsync();
            await context.UntilAbortedAsync();
        });
        var session = await upstream.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await session.PostAsync(Call, [], cancellation.Token));
    }

    [Theory]
    [InlineData("a\r\nX-Forged: 1")]
    [InlineData("a\nX-Forged: 1")]
    [InlineData("a\0")]
    public async Task A_header_value_cannot_forge_another_header(string value)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(202));
        var session = await upstream.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await session.PostAsync(Call, [Answers.Header("X-A", value)], TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(async () => await session.OpenStreamAsync(value, [], TestContext.Current.CancellationToken));
        Assert.Equal(2, upstream.Requests.Count); // initialize and initialized
    }

    [Fact]
    public async Task Giving_up_on_a_stream_reaches_the_upstream()
    {
        var aborted = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            await context.UntilAbortedAsync();
            aborted.SetResult();
        });
        var session = await upstream.ConnectAsync();

        var reply = await session.PostAsync(Call, [], TestContext.Current.CancellationToken);
        await reply.DisposeAsync();

        await aborted.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}
