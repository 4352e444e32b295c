using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>
/// Rows of protocol.md section 2: <c>response to a server request</c> · <c>sampling/createMessage, elicitation/create, roots/list on a POST stream</c> ·
/// <c>the same on the GET stream</c>.
/// </summary>
public sealed class QuestionTranscriptTests
{
    private const string Everything = """{"elicitation":{},"sampling":{},"roots":{}}""";

    private static readonly (string Tool, string Method, string Answer)[] Questions =
    [
        ("ask_elicitation", "elicitation/create", """{"action":"decline"}"""),
        ("ask_sampling", "sampling/createMessage", """{"role":"assistant","content":{"type":"text","text":"x"},"model":"m"}"""),
        ("ask_roots", "roots/list", """{"roots":[]}"""),
    ];

    public static TheoryData<string, string, string, string> Pinned
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var (tool, method, answer) in Questions)
            {
                rows.Add(tool, method, answer, "auto");
                rows.Add(tool, method, answer, "user");
            }

            return rows;
        }
    }

    public static TheoryData<string, string, string> Asked => [.. Questions];

    public static TheoryData<string, string> Refused
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var (tool, _, _) in Questions)
            {
                rows.Add(tool, "rpc");
                rows.Add(tool, "shared");
            }

            return rows;
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Pinned))]
    public async Task A_question_on_a_POST_stream_goes_to_the_client_of_the_session_and_its_answer_back(string tool, string method, string answer, string isolation)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync(capabilities: Everything);

        using var hearing = await client.BeginAsync("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{}}");
        await client.AnswerAsync((await hearing.NextAsync())!, answer);
        await hearing.EndAsync();

        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call {(isolation == "user" ? "egw-1" : "7 as sent")}
            client < {method} 1
            client > result 1
            upstream[A] < result 1 as sent
            client < 202
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Asked))]
    public async Task A_question_to_a_modern_client_is_the_input_its_answer_requires(string tool, string method, string answer)
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = scene.Modern(capabilities: Everything);
        var call = $"\"name\":\"{tool}\",\"arguments\":{{}}";

        var asked = await client.AskAsync("tools/call", call);
        await client.AskAsync("tools/call", $"{call},{Continued(asked, answer)}", id: "8");

        // The second request is not sent: what it brings answers the first one's question.
        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client < input_required 7 {method}
            client > tools/call 8
            upstream[A] < result 1
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Refused))]
    public async Task A_question_where_nobody_can_be_asked_is_refused_and_the_call_goes_on(string tool, string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door));
        var client = await scene.ClientAsync(door, capabilities: Everything);

        await client.CallAsync(tool, """{"force":true}""");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            upstream[A] < error 1 -32601
            client < result 7
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_of_two_clients_to_questions_of_the_same_id_find_the_session_that_asked()
    {
        await using var scene = await Scene.SetAsync("auto");
        var ada = scene.Modern("ada", Everything);
        var bob = scene.Modern("bob", Everything);
        const string Call = "\"name\":\"ask_elicitation\",\"arguments\":{}";

        // The server numbers its questions in each session from 1.
        var adas = await ada.AskAsync("tools/call", Call);
        var bobs = await bob.AskAsync("tools/call", Call);
        await bob.AskAsync("tools/call", $"{Call},{Continued(bobs, """{"action":"decline"}""")}", id: "8");
        await ada.AskAsync("tools/call", $"{Call},{Continued(adas, """{"action":"decline"}""")}", id: "8");

        scene.Transcript.AssertIs("""
            ada > tools/call 7
            upstream[A] < tools/call egw-1
            ada < input_required 7 elicitation/create
            bob > tools/call 7
            upstream[B] < tools/call egw-2
            bob < input_required 7 elicitation/create
            bob > tools/call 8
            upstream[B] < result 1
            bob < result 8
            ada > tools/call 8
            upstream[A] < result 1
            ada < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern", "400 error 99 -32600 no_session_here")]
    [InlineData("rpc", "400 error 99 -32600 no_session_here")]
    [InlineData("shared", "202")]
    public async Task A_response_without_a_session_goes_nowhere(string door, string answer)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door));
        var client = await scene.ClientAsync(door);

        await client.AnswerAsync(JsonNode.Parse("""{"id":99}""")!, "{}");
        await client.AskAsync("tools/list");

        scene.Transcript.AssertIs($"""
            client > result 99
            client < {answer}
            client > tools/list 7
            upstream[A] < tools/list egw-1
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Pinned))]
    public async Task A_question_on_the_GET_stream_goes_to_the_client_of_the_session(string tool, string method, string answer, string isolation)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync(capabilities: Everything);
        using var stream = await client.ListenAsync();

        var calling = client.SendAsync("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{\"via\":\"get\"}}");
        await client.AnswerAsync((await stream.NextAsync())!, answer);
        await client.HearAsync(calling);

        scene.Transcript.AssertIs($"""
            client > GET
            upstream[A] < GET
            client > tools/call 7
            upstream[A] < tools/call {(isolation == "user" ? "egw-1" : "7 as sent")}
            client < {method} 1
            client > result 1
            upstream[A] < result 1 as sent
            client < 202
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("elicitation/create")]
    [InlineData("sampling/createMessage")]
    [InlineData("roots/list")]
    public async Task A_question_on_the_watchers_GET_stream_is_refused(string method)
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = scene.Modern(capabilities: Everything);
        using var listening = await client.BeginAsync("subscriptions/listen", """ "notifications":{"toolsListChanged":true}""");
        await listening.NextAsync();

        scene.Transcript.Note("the server asks on each GET stream");
        scene.Upstream.AskOnStreams(method);
        await scene.UntilSeenAsync("response");
        scene.Upstream.AnnounceListChanged("tools");
        await listening.NextAsync();

        scene.Transcript.AssertIs("""
            client > subscriptions/listen 7
            upstream[A] < GET
            client < notifications/subscriptions/acknowledged subscription 7
            -- the server asks on each GET stream
            upstream[A] < error 1 -32601
            client < notifications/tools/list_changed subscription 7
            """);
    }

    private static string Continued(JsonNode asked, string answer)
    {
        var result = asked["result"]!;
        return $"\"inputResponses\":{{\"{result["inputRequests"]!.AsObject().Single().Key}\":{answer}}},\"requestState\":{result["requestState"]!.ToJsonString()}";
    }
}
