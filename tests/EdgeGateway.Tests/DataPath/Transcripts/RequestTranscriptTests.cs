using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>
/// Rows of protocol.md section 2: <c>tools/list, prompts/list, resources/list, templates/list</c> · <c>prompts/get, completion/complete</c> ·
/// <c>resources/read</c> · <c>tools/call</c> · <c>tasks/*</c> · <c>unknown request or notification</c>.
/// </summary>
public sealed class RequestTranscriptTests
{
    private const string OneSession = ",\"size\":1,\"min_size\":1,\"max_size\":1";
    private const string TwoSessions = ",\"size\":2,\"min_size\":2,\"max_size\":2";

    private static readonly (string Method, string Params)[] Methods =
    [
        ("tools/list", ""),
        ("prompts/list", ""),
        ("resources/list", ""),
        ("resources/templates/list", ""),
        ("prompts/get", "\"name\":\"plain\""),
        ("completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},\"argument\":{\"name\":\"name\",\"value\":\"A\"}"),
        ("resources/read", "\"uri\":\"test://counter\""),
        ("tools/call", "\"name\":\"counter_get\",\"arguments\":{ \"odd\" : 1e3}"),
        ("test/echo_params", "\"odd\" : [1e3, \"\\u0041\"]"),
    ];

    public static TheoryData<string, string, string, string> Pinned
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var (method, parameters) in Methods)
            {
                rows.Add(method, parameters, "auto", "as sent");
                rows.Add(method, parameters, "session", "as sent");

                // Later another client session of the same user has this session: its ids are the gateway's own.
                rows.Add(method, parameters, "user", "egw");
            }

            return rows;
        }
    }

    public static TheoryData<string, string, string> Sessionless
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var (method, parameters) in Methods)
            {
                foreach (var door in new[] { "modern", "rpc", "shared" })
                {
                    rows.Add(method, parameters, door);
                }
            }

            return rows;
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Pinned))]
    public async Task A_request_of_a_client_with_a_session_runs_on_its_own(string method, string parameters, string isolation, string ids)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();
        var (first, second) = ids == "egw" ? ("egw-1", "egw-2") : ("7 as sent", "\"7\" as sent");

        await client.AskAsync(method, parameters);
        await client.AskAsync(method, parameters, id: "\"7\"");

        var uri = method == "resources/read" ? " test://counter" : "";
        scene.Transcript.AssertIs($"""
            client > {method} 7{uri}
            upstream[A] < {method} {first.Replace(" as", $"{uri} as", StringComparison.Ordinal)}{(ids == "egw" ? uri : "")}
            client < result 7
            client > {method} "7"{uri}
            upstream[A] < {method} {second.Replace(" as", $"{uri} as", StringComparison.Ordinal)}{(ids == "egw" ? uri : "")}
            client < result "7"
            """);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Sessionless))]
    public async Task A_request_without_a_session_runs_on_a_pooled_one_under_an_id_of_the_gateways(string method, string parameters, string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), pool: door == "shared" ? OneSession : "");
        var client = await scene.ClientAsync(door);

        await client.AskAsync(method, parameters);
        await client.AskAsync(method, parameters, id: "8");

        // The second time on the same session: the one its user was on last comes first.
        var uri = method == "resources/read" ? " test://counter" : "";
        scene.Transcript.AssertIs($"""
            client > {method} 7{uri}
            upstream[A] < {method} egw-1{uri}
            client < result 7
            client > {method} 8{uri}
            upstream[A] < {method} egw-2{uri}
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("rpc")]
    public async Task A_cursor_finds_the_session_that_gave_it(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), new TestUpstreamOptions { PageSize = 1 });
        var client = await scene.ClientAsync(door);

        // The server refuses a cursor that another session was given.
        var page = await client.AskAsync("prompts/list");
        await client.AskAsync("prompts/list", $"\"cursor\":{page["result"]!["nextCursor"]!.ToJsonString()}", id: "8");

        scene.Transcript.AssertIs("""
            client > prompts/list 7
            upstream[A] < prompts/list egw-1
            client < result 7
            client > prompts/list 8
            upstream[A] < prompts/list egw-2
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern", "B")]
    [InlineData("rpc", "B")]
    [InlineData("shared", "A")]
    public async Task A_call_has_its_session_to_itself_unless_sessions_are_shared(string door, string second)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), pool: door == "shared" ? OneSession : TwoSessions);
        var client = await scene.ClientAsync(door);

        var slow = client.SendAsync("tools/call", "\"name\":\"slow\",\"arguments\":{}");
        await scene.Upstream.Gate.WhenWaitingAsync(1, TestContext.Current.CancellationToken);
        await client.CallAsync("counter_increment", id: "8");
        scene.Transcript.Note("the first may end");
        scene.Upstream.Gate.Open();
        await client.HearAsync(slow);

        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client > tools/call 8
            upstream[{second}] < tools/call egw-2
            client < result 8
            -- the first may end
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 as sent", "8 as sent", "9 as sent")]
    [InlineData("user", "egw-1", "egw-2", "egw-3")]
    public async Task Tasks_of_a_client_with_a_session_are_where_they_began(string isolation, string first, string second, string third)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();

        var task = await TaskOfAsync(client);
        await client.AskAsync("tasks/get", task, id: "8");
        await client.AskAsync("tasks/cancel", task, id: "9");

        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call {first}
            client < result 7
            client > tasks/get 8
            upstream[A] < tasks/get {second}
            client < result 8
            client > tasks/cancel 9
            upstream[A] < tasks/cancel {third}
            client < result 9
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("rpc")]
    [InlineData("shared")]
    public async Task Tasks_of_a_client_without_a_session_are_where_they_began(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), pool: TwoSessions);
        var client = await scene.ClientAsync(door);

        var task = await TaskOfAsync(client);
        await client.AskAsync("tasks/get", task, id: "8");
        await client.AskAsync("tasks/cancel", task, id: "9");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client < result 7
            client > tasks/get 8
            upstream[A] < tasks/get egw-2
            client < result 8
            client > tasks/cancel 9
            upstream[A] < tasks/cancel egw-3
            client < result 9
            """);
    }

    /// <summary>The session that knows the task is at work on something else: whoever asks after it does not wait, and is not sent elsewhere.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("rpc")]
    public async Task A_task_is_found_while_its_session_runs_another_call(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), pool: TwoSessions);
        var client = await scene.ClientAsync(door);

        var task = await TaskOfAsync(client);
        var slow = client.SendAsync("tools/call", "\"name\":\"slow\",\"arguments\":{}", id: "8");
        await scene.Upstream.Gate.WhenWaitingAsync(1, TestContext.Current.CancellationToken);
        await client.AskAsync("tasks/get", task, id: "9");
        scene.Transcript.Note("the call may end");
        scene.Upstream.Gate.Open();
        await client.HearAsync(slow);

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client < result 7
            client > tools/call 8
            upstream[A] < tools/call egw-2
            client > tasks/get 9
            upstream[A] < tasks/get egw-3
            client < result 9
            -- the call may end
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern", "400 error")]
    [InlineData("rpc", "error")]
    public async Task A_task_of_another_user_is_not_found(string door, string error)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), pool: TwoSessions);
        var ann = await scene.ClientAsync(door, "ann");
        var bob = await scene.ClientAsync(door, "bob");

        var task = await TaskOfAsync(ann);
        await bob.AskAsync("tasks/get", task, id: "8");

        scene.Transcript.AssertIs($"""
            ann > tools/call 7
            upstream[A] < tools/call egw-1
            ann < result 7
            bob > tasks/get 8
            upstream[B] < tasks/get egw-2
            bob < {error} 8 -32602
            """);
    }

    /// <summary>A task ends with its session: the server says so on another one.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("rpc")]
    public async Task A_task_whose_session_has_ended_is_not_found(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door), pool: TwoSessions, hidesUpkeep: true);
        var client = await scene.ClientAsync(door);

        var task = await TaskOfAsync(client);
        scene.Upstream.ForgetSessions();
        var answer = await client.AskAsync("tasks/get", task, id: "8");

        Assert.Equal(-32602, (int)answer["error"]!["code"]!);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto")]
    [InlineData("session")]
    [InlineData("user")]
    public async Task A_notification_nobody_knows_passes_untouched_on_the_clients_session(string isolation)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();

        await client.AskAsync("tools/list");
        await client.TellAsync("notifications/custom", "\"odd\" : 1e3");

        scene.Transcript.AssertIs($"""
            client > tools/list 7
            upstream[A] < tools/list {(isolation == "user" ? "egw-1" : "7 as sent")}
            client < result 7
            client > notifications/custom
            upstream[A] < notifications/custom as sent
            client < 202
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("rpc")]
    [InlineData("shared")]
    public async Task A_notification_nobody_knows_is_taken_and_concerns_no_pooled_session(string door)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door));
        var client = await scene.ClientAsync(door);

        await client.TellAsync("notifications/custom", "\"odd\" : 1e3");
        await client.AskAsync("tools/list");

        scene.Transcript.AssertIs("""
            client > notifications/custom
            client < 202
            client > tools/list 7
            upstream[A] < tools/list egw-1
            client < result 7
            """);
    }

    private static async Task<string> TaskOfAsync(WrittenClient client)
    {
        JsonNode begun = await client.AskAsync("tools/call", "\"name\":\"echo\",\"arguments\":{},\"task\":{\"ttl\":60000}");
        return $"\"taskId\":{begun["result"]!["task"]!["taskId"]!.ToJsonString()}";
    }
}
