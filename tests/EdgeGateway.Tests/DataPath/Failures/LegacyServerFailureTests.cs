using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Transcripts;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Failures;

/// <summary>protocol.md section 5 for each way to a legacy server: a session of the client's own (pinned), shared sessions, /rpc, and the bridge of modern clients.</summary>
public sealed class LegacyServerFailureTests
{
    private const string Authorization = ",\"passthrough_headers\":[\"authorization\"]";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Doors => ["pinned", "shared", "rpc", "modern"];

    public static TheoryData<string, int> LeasingDoors
    {
        get
        {
            var doors = new TheoryData<string, int>();
            foreach (var door in new[] { "shared", "rpc", "modern" })
            {
                doors.Add(door, 404);
                doors.Add(door, 400);
            }

            return doors;
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(LeasingDoors))]
    public async Task A_call_that_finds_its_leased_session_gone_did_not_run_and_runs_on_another(string door, int status)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        await client.CallAsync("counter_increment");

        scene.Transcript.Note("the server forgets its sessions");
        scene.Upstream.Faults.DeadSessionStatus = status;
        scene.Upstream.ForgetSessions();
        await client.CallAsync("counter_increment", id: "8");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client < result 7
            -- the server forgets its sessions
            client > tools/call 8
            upstream[A] < tools/call egw-2
            upstream[B] < tools/call egw-3
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("shared")]
    [InlineData("rpc")]
    [InlineData("modern")]
    public async Task A_call_that_finds_two_sessions_gone_is_not_tried_a_third_time(string door)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        scene.Upstream.Faults.Add(Fault.Status(404) with { On = "tools/call", Times = 2 });

        await client.CallAsync("counter_increment");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            upstream[B] < tools/call egw-2
            client < 502 error 7 -32603 upstream_session_lost
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(404)]
    [InlineData(400)]
    public async Task A_client_whose_own_used_session_is_gone_is_told_and_has_none_any_more(int status)
    {
        await using var scene = await SetAsync("pinned");
        var client = await scene.ClientAsync("pinned");
        await client.CallAsync("counter_increment");

        scene.Upstream.Faults.DeadSessionStatus = status;
        scene.Upstream.ForgetSessions();
        await client.CallAsync("counter_increment", id: "8");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call 7 as sent
            client < result 7
            client > tools/call 8
            upstream[A] < tools/call 8 as sent
            client < 404 error 8 -32001 session_not_found
            """);
        Assert.Equal(0, scene.Gateway.Stats(scene.Server).Bound);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_tool_call_whose_connection_broke_may_have_run_and_is_not_repeated(string door)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        scene.Upstream.Faults.Add(Fault.CloseBeforeResponse() with { On = "tools/call", Times = 1 });

        await client.CallAsync("counter_increment");

        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call {(door == "pinned" ? "7 as sent" : "egw-1")}
            client < 502 error 7 -32603 upstream_connection_lost
            """);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_list_or_read_whose_connection_broke_is_repeated_once(string door)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        (string Method, string Params)[] safe = [("tools/list", ""), ("resources/read", "\"uri\":\"test://greeting\""), ("prompts/get", "\"name\":\"plain\"")];
        foreach (var (method, parameters) in safe)
        {
            scene.Upstream.Faults.Add(Fault.CloseBeforeResponse() with { On = method, Times = 1 });
            var answer = await client.AskAsync(method, parameters);
            Assert.NotNull(answer["result"]);
            Assert.Equal(2, scene.Upstream.Recorded.Count(method));
        }

        scene.Upstream.Faults.Add(Fault.CloseBeforeResponse() with { On = "resources/list", Times = 2 });
        var error = await client.AskAsync("resources/list");
        Assert.Equal("upstream_connection_lost", Reason(error));
        Assert.Equal(2, scene.Upstream.Recorded.Count("resources/list"));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_server_that_refuses_the_gateways_credentials_is_a_502_that_says_so(string door)
    {
        foreach (var status in new[] { 401, 403 })
        {
            await using var scene = await SetAsync(door);
            var client = await scene.ClientAsync(door);
            scene.Upstream.Faults.Add(Fault.Status(status) with { On = "tools/call" });

            await client.CallAsync("counter_increment");

            scene.Transcript.AssertIs($"""
                client > tools/call 7
                upstream[A] < tools/call {(door == "pinned" ? "7 as sent" : "egw-1")}
                client < 502 error 7 -32603 upstream_auth
                """);
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_server_that_refuses_the_callers_own_authorization_is_heard_by_the_caller(string door)
    {
        foreach (var status in new[] { 401, 403 })
        {
            await using var scene = await SetAsync(door, Authorization);
            var client = await scene.ClientAsync(door);
            scene.Upstream.Faults.Add(Fault.Status(status) with { On = "tools/call" });

            using var response = await client.SendAsync("tools/call", "\"name\":\"counter_increment\",\"arguments\":{}");

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(status == 401 ? "Bearer" : "", response.Headers.WwwAuthenticate.ToString());
            Assert.Equal(7, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["id"]!);
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_429_comes_with_the_servers_own_Retry_After(string door)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        scene.Upstream.Faults.Add(Fault.Status(429, retryAfter: 17) with { On = "tools/call" });

        using var response = await client.SendAsync("tools/call", "\"name\":\"counter_increment\",\"arguments\":{}");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(17, response.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Equal(7, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["id"]!);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("shared")]
    [InlineData("modern")]
    public async Task A_stream_that_breaks_after_it_began_is_taken_up_where_it_broke(string door)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        scene.Upstream.Faults.Add(Fault.CloseMidBody() with { On = "tools/call", Times = 1 });

        await client.CallAsync("sse_progress", """{"steps":1}""", "\"progressToken\":3");

        scene.Transcript.AssertIs("""
            client > tools/call 7 token 3
            upstream[A] < tools/call egw-1 token egw-1
            client < notifications/progress token 3
            upstream[A] < GET after post1-1
            client < result 7
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("shared")]
    [InlineData("modern")]
    public async Task A_stream_that_breaks_and_cannot_be_taken_up_ends_with_the_error(string door)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        scene.Upstream.Faults.Add(Fault.CloseMidBody() with { On = "tools/call", Times = 1 });
        scene.Upstream.Faults.Add(Fault.Status(405) with { On = "GET" });

        await client.CallAsync("sse_progress", """{"steps":1}""", "\"progressToken\":3");

        scene.Transcript.AssertIs("""
            client > tools/call 7 token 3
            upstream[A] < tools/call egw-1 token egw-1
            client < notifications/progress token 3
            upstream[A] < GET after post1-1
            client < error 7 -32603 upstream_connection_lost
            """);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_server_that_is_silent_too_long_is_a_504_and_is_told(string door)
    {
        await using var scene = await SetAsync(door, ",\"request_timeout\":1");
        var client = await scene.ClientAsync(door);

        var calling = client.SendAsync("tools/call", "\"name\":\"slow\",\"arguments\":{}");
        await scene.UntilSeenAsync("notifications/cancelled");
        await client.HearAsync(calling);

        var id = door == "pinned" ? "7" : "egw-1";
        scene.Transcript.AssertIs($"""
            client > tools/call 7
            upstream[A] < tools/call {id}{(door == "pinned" ? " as sent" : "")}
            upstream[A] < notifications/cancelled request {id}
            client < 504 error 7 -32603 upstream_timeout
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_silent_after_its_question_was_answered_is_a_504_and_is_told()
    {
        await using var scene = await SetAsync("modern", ",\"request_timeout\":1");
        var client = scene.Modern(capabilities: """{"elicitation":{}}""");
        const string Call = """ "name":"ask_elicitation","arguments":{"wait":true}""";

        var asked = (await client.AskAsync("tools/call", Call))["result"]!;
        var calling = client.SendAsync(
            "tools/call",
            $"{Call},\"inputResponses\":{{\"{asked["inputRequests"]!.AsObject().Single().Key}\":{{\"action\":\"decline\"}}}},\"requestState\":{asked["requestState"]!.ToJsonString()}",
            id: "8");
        await scene.UntilSeenAsync("notifications/cancelled");
        await client.HearAsync(calling);

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < tools/call egw-1
            client < input_required 7 elicitation/create
            client > tools/call 8
            upstream[A] < result 1
            upstream[A] < notifications/cancelled request egw-1
            client < 504 error 8 -32603 upstream_timeout
            """);
        await scene.Gateway.UntilAsync(scene.Server, stats => stats.InFlight == 0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("shared")]
    [InlineData("rpc")]
    [InlineData("modern")]
    public async Task A_pool_that_drains_is_a_503_that_says_when_to_come_back(string door)
    {
        await using var scene = await SetAsync(door);
        var client = await scene.ClientAsync(door);
        await scene.Gateway.SendAsync(HttpMethod.Post, $"/servers/{scene.Server}/pool/drain", """{"timeout":10}""");

        using var response = await client.SendAsync("tools/call", "\"name\":\"counter_increment\",\"arguments\":{}");

        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal((503, "draining", 7, -32000), ((int)response.StatusCode, Reason(error), (int)error["id"]!, (int)error["error"]!["code"]!));
        Assert.True(response.Headers.RetryAfter?.Delta?.TotalSeconds >= 1);
        Assert.Equal(0, scene.Upstream.Recorded.Count("tools/call"));
    }

    private static Task<Scene> SetAsync(string door, string more = "") =>
        Scene.SetAsync(Scene.IsolationOf(door), pool: ",\"size\":1,\"min_size\":1,\"max_size\":2", more: more, hidesUpkeep: true);

    private static string? Reason(JsonNode error) => (string?)error["error"]?["data"]?["reason"];
}
