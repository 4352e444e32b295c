using System.Text;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>HTTP+SSE: what belongs to no request, and pings both ways.</summary>
public class SseOwnStreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task What_belongs_to_no_request_waits_for_the_sessions_own_stream()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        upstream.Send(Notice(1));
        upstream.Send("""{"jsonrpc":"2.0","id":1,"method":"roots/list"}""");
        upstream.Send("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"nobody's","progress":1}}""");

        await using var stream = await session.OpenStreamAsync("7", [], Cancelled);

        Assert.Equal(ReplyKind.Events, stream.Kind);
        var read = await ReadAsync(stream, 3);
        Assert.Equal(Notice(1), read[0]);
        Assert.Contains("roots/list", read[1]);
        Assert.Contains("nobody's", read[2]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_later_stream_ends_an_earlier_one_and_gets_the_rest()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        await using var first = await session.OpenStreamAsync(null, [], Cancelled);
        var reading = ReadAsync(first, 2);

        await using var second = await session.OpenStreamAsync(null, [], Cancelled);
        Assert.Empty(await reading);
        upstream.Send(Notice(1));

        Assert.Equal([Notice(1)], await ReadAsync(second, 1));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_stream_breaks_with_the_session()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();
        await using var stream = await session.OpenStreamAsync(null, [], Cancelled);

        upstream.Break();

        Assert.Equal(UpstreamFaultKind.ConnectionLost, (await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(stream, 1))).Fault.Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ping_of_the_server_is_answered_by_the_session()
    {
        var ponged = new TaskCompletionSource<string>();
        await using var upstream = await ScriptedSseUpstream.StartAsync((context, received, _) =>
        {
            ponged.TrySetResult(received.Body);
            return context.AnswerAsync(202);
        });
        await upstream.ConnectAsync();

        upstream.Send("""{"jsonrpc":"2.0","id":"p","method":"ping"}""");

        Assert.Equal("""{"jsonrpc":"2.0","id":"p","result":{}}""", await ponged.Task.WaitAsync(Cancelled));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ping_tells_whether_the_session_lives()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync((context, received, self) =>
        {
            // A question meanwhile is not the ping's.
            self.Send("""{"jsonrpc":"2.0","id":1,"method":"roots/list"}""");
            self.Send($$$"""{"jsonrpc":"2.0","id":{{{ScriptedSseUpstream.IdOf(received)}}},"error":{"code":-32601,"message":"?"}}""");
            return context.AnswerAsync(202);
        });
        var session = await upstream.ConnectAsync();

        Assert.Equal(ReplyKind.Json, await session.PingAsync(Cancelled));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3, 1000, "2 3 4")]
    [InlineData(10, 20, "3 4")]
    [InlineData(10, 5, "4")]
    public async Task A_queue_that_nobody_reads_keeps_the_newest(int maxMessages, int maxBytes, string kept)
    {
        var queue = new MessageQueue(maxMessages, maxBytes);
        for (var i = 1; i <= 4; i++)
            queue.Add(new(Encoding.ASCII.GetBytes($"{i}" + new string('.', 9)), IsAnswer: false));
        queue.Complete();

        var read = new List<string>();
        while (await queue.ReadAsync(Cancelled) is { } message)
            read.Add(Encoding.ASCII.GetString(message.Bytes.Span)[..1]);
        Assert.Equal(kept, string.Join(' ', read));
    }

    private static string Notice(int number) => $$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"data":{{{number}}}}}""";

    private static async Task<List<string>> ReadAsync(UpstreamReply stream, int count)
    {
        var read = new List<string>();
        await foreach (var frame in stream.ReadEventsAsync(Cancelled))
        {
            read.Add(Encoding.UTF8.GetString(frame.Data.Span));
            if (read.Count == count)
                break;
        }

        return read;
    }
}
