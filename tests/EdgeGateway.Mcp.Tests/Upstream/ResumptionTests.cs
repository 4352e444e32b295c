using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>2025-11-25, Transports, Resumability and Redelivery: what a client does when the stream of a request ends without its answer.</summary>
public class ResumptionTests
{
    private static readonly byte[] Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call"}"""u8.ToArray();

    private readonly WaitingClock _clock = new();

    /// <summary>Completes when the first event has arrived.</summary>
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("id: a-1\ndata:\n\n", 1000)]
    [InlineData("id: a-1\nretry: 2500\ndata:\n\n", 2500)]
    [InlineData("retry: 700\n\nid: a-1\ndata: {}\n\n", 700)]
    [InlineData("id: a-1\nretry: 0\ndata:\n\n", 100)]
    [InlineData("id: a-1\nretry: 4294967295\ndata:\n\n", 3_600_000)]
    public async Task A_stream_is_taken_up_where_it_broke_off_when_the_server_wants_it(string begun, int milliseconds)
    {
        await using var upstream = await UpstreamAsync(begun, "data: {\"answer\":1}\n\n");
        var reading = ReadAsync(upstream);

        var wait = await _clock.WaitAsync();
        Assert.Equal(milliseconds, wait.TotalMilliseconds);
        _clock.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.DoesNotContain(upstream.Requests, request => request.Method == "GET");
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("{\"answer\":1}", (await reading)[^1]);
        var get = upstream.Requests.First(request => request.Method == "GET");
        Assert.Equal("a-1", get.Header("Last-Event-ID"));
        Assert.Equal("s-1", get.Header("Mcp-Session-Id"));
        Assert.Equal("2025-06-18", get.Header("MCP-Protocol-Version"));
        Assert.Equal("text/event-stream", get.Header("Accept"));
        Assert.Equal("1", get.Header("X-Key"));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_is_taken_up_as_often_as_the_server_ends_it_from_the_last_place_each_time()
    {
        await using var upstream = await UpstreamAsync("id: a-1\ndata:\n\n", "id: a-2\nretry: 50\ndata:\n\n", "", "id: a-3\ndata: {\"more\":1}\n\n", "data: {\"answer\":1}\n\n");
        _clock.RunsByItself = true;

        var data = await ReadAsync(upstream);

        // Places alone are no news: who waits for the answer measures the server's silence.
        Assert.Equal(["", "{\"more\":1}", "{\"answer\":1}"], data);
        Assert.Equal(["a-1", "a-2", "a-2", "a-3"], upstream.Requests.Where(request => request.Method == "GET").Take(4).Select(request => request.Header("Last-Event-ID")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_connection_that_breaks_is_taken_up_like_a_stream_that_ends()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((http, request) => request.Method == "POST"
            ? http.BreakAsync("text/event-stream", "id: a-1\ndata: {}\n\n", _seen.Task)
            : http.AnswerAsync(200, "text/event-stream", "data: {\"answer\":1}\n\n"));
        _clock.RunsByItself = true;

        Assert.Equal("{\"answer\":1}", (await ReadAsync(upstream))[^1]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(405, 1)]
    [InlineData(409, 3)]
    [InlineData(503, 3)]
    public async Task A_server_that_cannot_is_not_asked_for_ever(int status, int times)
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((http, request) => request.Method == "POST"
            ? http.AnswerAsync(200, "text/event-stream", "id: a-1\ndata:\n\n", chunked: true)
            : http.AnswerAsync(status, "text/plain", "no"));
        _clock.RunsByItself = true;

        Assert.Equal([""], await ReadAsync(upstream));
        Assert.Equal(times, upstream.Requests.Count(request => request.Method == "GET"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("data: {}\n\n", true)]
    [InlineData("id: a-1\ndata: {}\n\nid:\ndata: {}\n\n", true)]
    [InlineData("retry: 5\n\n", true)]
    [InlineData("id: a-1\ndata: {}\n\n", false)]
    public async Task A_stream_that_marks_no_place_ends_where_it_ends_and_so_does_one_whose_reader_did_not_ask(string begun, bool resumes)
    {
        await using var upstream = await UpstreamAsync(begun);

        await ReadAsync(upstream, resumes);

        Assert.DoesNotContain(upstream.Requests, request => request.Method == "GET");
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_does_not_wait_any_longer_need_not()
    {
        await using var upstream = await UpstreamAsync("id: a-1\ndata:\n\n");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var reading = ReadAsync(upstream, cancelled: enough.Token);

        await _clock.WaitAsync();
        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.DoesNotContain(upstream.Requests, request => request.Method == "GET");
    }

    /// <summary>Answers the call with the first part, and each GET with the next; then with 405.</summary>
    private static Task<ScriptedUpstream> UpstreamAsync(params string[] parts)
    {
        var next = 0;
        return ScriptedUpstream.StartAfterHandshakeAsync((http, _) =>
            next < parts.Length ? http.AnswerAsync(200, "text/event-stream", parts[next++], chunked: true) : http.AnswerAsync(405));
    }

    private async Task<List<string>> ReadAsync(ScriptedUpstream upstream, bool resumes = true, CancellationToken? cancelled = null)
    {
        var session = await upstream.ConnectAsync();
        await using var reply = await session.PostAsync(Call, [], Cancelled);
        if (resumes)
            reply.ResumeOn(session, [Answers.Header("X-Key", "1")], _clock);
        var data = new List<string>();
        await foreach (var frame in reply.ReadEventsAsync(cancelled ?? Cancelled))
        {
            data.Add(System.Text.Encoding.UTF8.GetString(frame.Data.Span));
            _seen.TrySetResult();
            if (data[^1].Contains("answer", StringComparison.Ordinal))
                break;
        }

        return data;
    }

    /// <summary>Says how long somebody wants to wait, and makes it no longer than the test says.</summary>
    private sealed class WaitingClock : FakeTimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool RunsByItself { get; set; }

        public Task<TimeSpan> WaitAsync() => _first.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, RunsByItself ? TimeSpan.Zero : dueTime, period);
            _first.TrySetResult(dueTime);
            return timer;
        }
    }
}
