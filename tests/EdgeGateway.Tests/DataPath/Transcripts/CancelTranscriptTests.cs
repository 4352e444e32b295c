using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>
/// Rows of protocol.md section 2: <c>notifications/cancelled (client→server)</c> · <c>notifications/progress (server→client)</c>.
/// </summary>
public sealed class CancelTranscriptTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 as sent", "7 as sent")]
    [InlineData("session", "7 as sent", "7 as sent")]
    [InlineData("user", "egw-1", "egw-1")]
    [InlineData("shared", "egw-1", "egw-1")]
    public async Task A_cancel_names_the_request_as_its_session_knows_it(string isolation, string id, string request)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();
        var calling = client.SendAsync("tools/call", "\"name\":\"slow\",\"arguments\":{}");
        await scene.Upstream.Gate.WhenWaitingAsync(1, Cancelled);

        await client.TellAsync("notifications/cancelled", "\"requestId\":7");

        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call {id}
            client > notifications/cancelled request 7
            upstream[A] < notifications/cancelled request {request}
            client < 202
            """);
        Assert.Single(scene.Upstream.Recorded.CancelledRequests);
        using var ended = await calling;
    }

    [Theory(Timeout = 60_000)]
    [InlineData("user")]
    [InlineData("shared")]
    public async Task A_cancel_of_no_running_request_is_not_sent_where_others_have_the_session_too(string isolation)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();

        await client.TellAsync("notifications/cancelled", "\"requestId\":7");
        await client.AskAsync("tools/list");

        scene.Transcript.AssertIs("""
            client > notifications/cancelled request 7
            client < 202
            client > tools/list 7
            upstream[A] < tools/list egw-1
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("rpc")]
    public async Task Without_a_session_the_disconnect_is_the_cancel(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), hidesUpkeep: true);
        var client = await scene.ClientAsync(door);
        var calling = client.SendAsync("tools/call", "\"name\":\"slow\",\"arguments\":{}");
        await scene.Upstream.Gate.WhenWaitingAsync(1, Cancelled);

        // The message means nothing: it has no session to be about.
        await client.TellAsync("notifications/cancelled", "\"requestId\":7");
        scene.Transcript.Note("the client disconnects");
        client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => calling);
        await scene.UntilSeenAsync("notifications/cancelled");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client > notifications/cancelled request 7
            client < 202
            -- the client disconnects
            upstream[A] < notifications/cancelled request egw-1
            """);

        // Seen is not yet dealt with: the call ends when the upstream has cancelled it.
        await scene.Gateway.UntilAsync(scene.Server, stats => stats.InFlight == 0);
        Assert.Single(scene.Upstream.Recorded.CancelledRequests);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 as sent", "8 as sent")]
    [InlineData("user", "egw-1", "egw-2")]
    [InlineData("shared", "egw-1", "egw-2")]
    public async Task With_a_session_the_disconnect_is_no_cancel(string isolation, string first, string second)
    {
        await using var scene = await Scene.SetAsync(isolation, pool: isolation == "shared" ? ",\"size\":1,\"min_size\":1,\"max_size\":1" : "");
        var client = await scene.HolderAsync();
        var again = scene.Again(client);
        var calling = client.SendAsync("tools/call", "\"name\":\"slow\",\"arguments\":{}");
        await scene.Upstream.Gate.WhenWaitingAsync(1, Cancelled);

        scene.Transcript.Note("the client disconnects");
        client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => calling);
        await again.CallAsync("counter_get", id: "8");
        scene.Upstream.Gate.Open();
        await scene.Gateway.UntilAsync(scene.Server, stats => stats.InFlight == 0);

        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call {first}
            -- the client disconnects
            client > tools/call 8
            upstream[A] < tools/call {second}
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7", "\"t\" as sent")]
    [InlineData("session", "7", "\"t\" as sent")]
    [InlineData("user", "egw-1", "egw-1")]
    [InlineData("shared", "egw-1", "egw-1")]
    public async Task Progress_comes_on_the_stream_of_its_request_under_the_clients_token(string isolation, string id, string token)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();

        await client.CallAsync("sse_progress", """{"steps":2}""", "\"progressToken\":\"t\"");

        scene.Transcript.AssertIs($"""
            client > tools/call 7 token "t"
            upstream[A] < tools/call {id} token {token}
            client < notifications/progress token "t"
            client < notifications/progress token "t"
            client < result 7
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task Progress_comes_to_a_modern_client_the_same_way()
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = scene.Modern();

        await client.CallAsync("sse_progress", """{"steps":2}""", "\"progressToken\":3");

        scene.Transcript.AssertIs("""
            client > tools/call 7 token 3
            upstream[A] < tools/call egw-1 token egw-1
            client < notifications/progress token 3
            client < notifications/progress token 3
            client < result 7
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task At_rpc_there_is_one_answer_and_progress_has_no_stream_to_come_on()
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = await scene.ClientAsync("rpc");

        await client.CallAsync("sse_progress", """{"steps":2}""", "\"progressToken\":3");

        scene.Transcript.AssertIs("""
            client > tools/call 7 token 3
            upstream[A] < tools/call egw-1 token egw-1
            client < result 7
            """);
    }
}
