using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>
/// Rows of protocol.md section 2: <c>initialize, initialized</c> · <c>ping, both ways</c> · <c>DELETE</c>.
/// Clients without a session send neither initialize nor DELETE: see <see cref="Modern.ModernRulesTests"/> and <see cref="ListenTests"/> for what they are told.
/// </summary>
public sealed class HandshakeTranscriptTests
{
    private const string OneSession = ",\"size\":1,\"min_size\":1,\"max_size\":1";

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 as sent")]
    [InlineData("session", "7 as sent")]
    [InlineData("user", "egw-1")]
    [InlineData("shared", "egw-1")]
    public async Task Initialize_is_answered_from_a_warm_session_while_the_server_answers_no_handshake(string isolation, string id)
    {
        await using var scene = await Scene.SetAsync(isolation, showsInitialized: true);
        var client = scene.Newcomer();
        var warm = scene.Upstream.OpenSessionIds;

        // What is opened in place of the one that is taken hangs: no answer can have come from there.
        scene.Upstream.Faults.Add(Fault.Hang() with { On = "initialize" });

        await client.InitializeAsync();
        await client.TellAsync("notifications/initialized");
        await client.CallAsync("counter_get");

        scene.Transcript.AssertIs($"""
            client > initialize 7
            client < result 7
            client > notifications/initialized
            client < 202
            client > tools/call 7
            upstream[A] < tools/call {id}
            client < result 7
            """);
        Assert.Contains(scene.Upstream.Recorded.Last("tools/call").SessionId, warm);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 as sent")]
    [InlineData("user", "egw-1")]
    public async Task The_server_hears_initialized_of_a_client_that_declared_something_when_that_says_so(string isolation, string id)
    {
        await using var scene = await Scene.SetAsync(isolation, showsInitialized: true);
        var client = scene.Newcomer();

        await client.InitializeAsync("""{"roots":{}}""");
        scene.Transcript.Note("nothing yet");
        await client.TellAsync("notifications/initialized");
        await client.CallAsync("counter_get");

        scene.Transcript.AssertIs($"""
            client > initialize 7
            client < result 7
            -- nothing yet
            client > notifications/initialized
            upstream[A] < notifications/initialized as sent
            client < 202
            client > tools/call 7
            upstream[A] < tools/call {id}
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto")]
    [InlineData("session")]
    [InlineData("user")]
    [InlineData("shared")]
    public async Task A_ping_of_a_client_with_a_session_goes_no_further_than_the_gateway(string isolation)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();

        await client.AskAsync("ping", id: "\"p\"");

        scene.Transcript.AssertIs("""
            client > ping "p"
            client < result "p"
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("rpc", "result 7")]
    [InlineData("modern", "404 error 7 -32601 method_not_found")]
    public async Task A_ping_without_a_session_goes_no_further_either(string door, string answer)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door));
        var client = await scene.ClientAsync(door);

        // Revision 2026-07-28 has no ping any more.
        await client.AskAsync("ping");

        scene.Transcript.AssertIs($"""
            client > ping 7
            client < {answer}
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 as sent")]
    [InlineData("user", "egw-1")]
    public async Task A_ping_of_the_server_is_answered_for_the_client_with_a_session(string isolation, string id)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();

        await client.CallAsync("ask_ping");

        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call {id}
            upstream[A] < result 1
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("rpc")]
    [InlineData("shared")]
    public async Task A_ping_of_the_server_is_answered_for_the_client_without_one(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door));
        var client = await scene.ClientAsync(door);

        await client.CallAsync("ask_ping");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            upstream[A] < result 1
            client < result 7
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ping_of_the_server_on_the_GET_stream_is_answered_there_too()
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = await scene.HolderAsync();
        using var stream = await client.ListenAsync();

        await client.CallAsync("ask_ping", """{"via":"get"}""");

        scene.Transcript.AssertIs("""
            client > GET
            upstream[A] < GET
            client > tools/call 7
            upstream[A] < tools/call 7 as sent
            upstream[A] < result 1
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto")]
    [InlineData("session")]
    public async Task DELETE_ends_the_clients_session_and_its_upstream_session(string isolation)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();
        await client.CallAsync("counter_increment");

        await client.LeaveAsync(() => scene.UntilSeenAsync("DELETE"));
        await client.AskAsync("tools/list");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call 7 as sent
            client < result 7
            client > DELETE
            upstream[A] < DELETE
            client < 200
            client > tools/list 7
            client < 404 error 7 -32001 session_not_found
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task DELETE_of_a_client_of_a_shared_server_ends_no_upstream_session()
    {
        await using var scene = await Scene.SetAsync("shared", pool: OneSession);
        var client = await scene.HolderAsync();
        var other = await scene.HolderAsync("other");
        await client.CallAsync("counter_increment");

        await client.LeaveAsync();
        await client.AskAsync("tools/list");
        await other.CallAsync("echo");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client < result 7
            client > DELETE
            client < 200
            client > tools/list 7
            client < 404 error 7 -32001 session_not_found
            other > tools/call 7
            upstream[A] < tools/call egw-2
            other < result 7
            """);
    }
}
