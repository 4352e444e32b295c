using System.Text;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>HTTP+SSE: how what comes on the one stream finds the request it is for.</summary>
public class SsePostTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(202, "Accepted")]
    [InlineData(200, "ok")]
    [InlineData(201, "")]
    public async Task An_answer_alone_is_a_JSON_reply(int status, string body)
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync(async (context, received, self) =>
        {
            await context.AnswerAsync(status, "text/plain", body);
            self.Answer(ScriptedSseUpstream.IdOf(received), """{"n":  1.0}""");
        });
        var session = await upstream.ConnectAsync();

        await using var reply = await PostAsync(session, "7");

        Assert.Equal(ReplyKind.Json, reply.Kind);
        Assert.Equal('{', reply.Body.ReadByte());
        Assert.Equal("""
            "jsonrpc":"2.0","id":7,"result":{"n":  1.0}}
            """, await reply.TextAsync());
        Assert.Equal("application/json", upstream.Posted.Last().Header("Content-Type"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_out_of_order_go_to_who_asked()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        var asked = new[] { "1", "\"1\"", "\"a\\/b\"" }.Select(id => PostAsync(session, id).AsTask()).ToArray();
        while (upstream.Posted.Count() < 5)
            await Task.Yield();

        upstream.Answer("\"a/b\"", "3");
        upstream.Answer("\"1\"", "2");
        upstream.Answer("1", "1");

        var results = await Task.WhenAll(asked.Select(async reply => (await (await reply).TextAsync())[^2]));
        Assert.Equal("123", string.Concat(results));
    }

    [Fact(Timeout = 60_000)]
    public async Task Progress_and_questions_before_the_answer_make_it_events()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        var other = PostAsync(session, "1", """{"_meta":{"progressToken":"one"}}""").AsTask();
        var asked = PostAsync(session, "2", """{"_meta":{"progressToken":"two"}}""").AsTask();
        while (upstream.Posted.Count() < 4)
            await Task.Yield();

        upstream.Send(Progress("two"));
        upstream.Send("""{"jsonrpc":"2.0","id":1,"method":"roots/list"}""");
        upstream.Answer("2");
        upstream.Answer("1");

        await using var reply = await asked;
        Assert.Equal(ReplyKind.Events, reply.Kind);
        Assert.Equal(
            [Progress("two"), """{"jsonrpc":"2.0","id":1,"method":"roots/list"}""", """{"jsonrpc":"2.0","id":2,"result":{}}"""],
            await EventsAsync(reply));
        Assert.Equal(ReplyKind.Json, (await other).Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_asks_before_it_takes_the_POST_is_heard()
    {
        var answered = new TaskCompletionSource();
        await using var upstream = await ScriptedSseUpstream.StartAsync(async (context, received, self) =>
        {
            if (received.Body.Contains("\"result\""))
            {
                answered.SetResult();
                await context.AnswerAsync(202);
                return;
            }

            self.Send("""{"jsonrpc":"2.0","id":5,"method":"sampling/createMessage","params":{}}""");
            await answered.Task;
            self.Answer(ScriptedSseUpstream.IdOf(received));
            await context.AnswerAsync(200);
        });
        var session = await upstream.ConnectAsync();

        await using var reply = await PostAsync(session, "1");
        await using var told = await session.PostAsync("""{"jsonrpc":"2.0","id":5,"result":{}}"""u8.ToArray(), [], Cancelled);

        Assert.Equal(ReplyKind.Accepted, told.Kind);
        Assert.Equal(2, (await EventsAsync(reply)).Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_of_a_batch_are_told_apart()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        var single = PostAsync(session, "3").AsTask();
        var batch = session.PostAsync("""[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]"""u8.ToArray(), [], Cancelled).AsTask();
        while (upstream.Posted.Count() < 4)
            await Task.Yield();

        upstream.Send("""[{"jsonrpc":"2.0","id":2,"result":2},{"jsonrpc":"2.0","id":3,"result":3}]""");
        upstream.Answer("1", "1");

        await using var reply = await batch;
        Assert.Equal(["""{"jsonrpc":"2.0","id":2,"result":2}""", """{"jsonrpc":"2.0","id":1,"result":1}"""], await EventsAsync(reply));
        Assert.Contains("\"result\":3", await (await single).TextAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_error_without_an_id_is_for_the_only_one_who_asked()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync((context, _, self) =>
        {
            self.Send("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}""");
            return context.AnswerAsync(202);
        });
        var session = await upstream.ConnectAsync();

        Assert.Contains("-32700", await (await PostAsync(session, "1")).TextAsync());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("data: {\"jsonrpc\":\"2.0\"\n\n")]
    [InlineData("data: no json\n\n")]
    [InlineData("data:\n\n")]
    [InlineData("event: other\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"wrong\"}\n\n")]
    [InlineData("data: {\"jsonrpc\":\"2.0\",\"id\":99,\"result\":\"nobody's\"}\n\n")]
    [InlineData("id: 4\nretry: 5\n\n")]
    public async Task What_is_no_message_for_anybody_is_passed_over(string text)
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync((context, _, self) =>
        {
            self.Write(text);
            self.Answer("1", "\"right\"");
            return context.AnswerAsync(202);
        });
        var session = await upstream.ConnectAsync();

        Assert.Contains("right", await (await PostAsync(session, "1")).TextAsync());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(400, "bad request", ReplyKind.HttpError)]
    [InlineData(400, "unknown session", ReplyKind.SessionGone)]
    [InlineData(404, "", ReplyKind.SessionGone)]
    [InlineData(401, "", ReplyKind.HttpError)]
    [InlineData(429, "", ReplyKind.HttpError)]
    [InlineData(307, "", ReplyKind.Fault)]
    [InlineData(503, "", ReplyKind.Fault)]
    public async Task A_POST_that_is_turned_down_is_the_reply(int status, string body, ReplyKind kind)
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync((context, _, _) => context.AnswerAsync(status, "text/plain", body));
        var session = await upstream.ConnectAsync();

        await using var reply = await PostAsync(session, "1");

        Assert.Equal(kind, reply.Kind);
        if (kind == ReplyKind.SessionGone)
            await upstream.Closed;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_that_breaks_fails_what_runs_and_nothing_runs_after_it()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        var silent = PostAsync(session, "1").AsTask();
        var begun = PostAsync(session, "2", """{"_meta":{"progressToken":2}}""").AsTask();
        while (upstream.Posted.Count() < 4)
            await Task.Yield();
        upstream.Send(Progress(2));
        await using var events = await begun;

        upstream.Break();

        Assert.Equal(UpstreamFaultKind.ConnectionLost, (await silent).Fault!.Kind);
        var broken = await Assert.ThrowsAsync<UpstreamException>(() => EventsAsync(events));
        Assert.Equal(UpstreamFaultKind.ConnectionLost, broken.Fault.Kind);
        Assert.Equal(ReplyKind.SessionGone, (await PostAsync(session, "3")).Kind);
        Assert.Equal(4, upstream.Posted.Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_gives_up_gets_no_late_answer_and_the_session_goes_on()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var given = session.PostAsync(Request("1"), [], impatient.Token).AsTask();
        while (upstream.Posted.Count() < 3)
            await Task.Yield();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        var again = PostAsync(session, "1").AsTask();
        while (upstream.Posted.Count() < 4)
            await Task.Yield();

        upstream.Answer("1");

        Assert.Equal(ReplyKind.Json, (await again).Kind);
    }

    private static ValueTask<UpstreamReply> PostAsync(UpstreamSession session, string rawId, string parameters = "{}") =>
        session.PostAsync(Request(rawId, parameters), [], Cancelled);

    private static byte[] Request(string rawId, string parameters = "{}") =>
        Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{rawId}},"method":"tools/call","params":{{parameters}}}""");

    private static string Progress(object token) =>
        $$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{(token is string ? $"\"{token}\"" : token)}}},"progress":1}}""";

    private static async Task<List<string>> EventsAsync(UpstreamReply reply)
    {
        var events = new List<string>();
        await foreach (var frame in reply.ReadEventsAsync(Cancelled))
            events.Add(Encoding.UTF8.GetString(frame.Data.Span));
        return events;
    }
}
