using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>
/// Rows of protocol.md section 2: <c>logging/setLevel</c> · <c>resources/subscribe, unsubscribe</c> · <c>list_changed</c> · <c>GET stream, Last-Event-ID</c>.
/// </summary>
public sealed class StateTranscriptTests
{
    private const string OneSession = ",\"size\":1,\"min_size\":1,\"max_size\":1";
    private const string Emergency = "\"level\":\"emergency\"";
    private const string WantsEmergency = "\"io.modelcontextprotocol/logLevel\":\"emergency\"";
    private const string Counter = "\"uri\":\"test://counter\"";

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 emergency as sent", "8 as sent")]
    [InlineData("session", "7 emergency as sent", "8 as sent")]
    [InlineData("user", "egw-1 emergency", "egw-2")]
    public async Task A_level_is_set_on_the_clients_own_session(string isolation, string first, string second)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();

        await client.AskAsync("logging/setLevel", Emergency);
        await client.CallAsync("log", id: "8");

        scene.Transcript.AssertIs($"""
            client > logging/setLevel 7 emergency
            upstream[A] < logging/setLevel {first}
            client < result 7
            client > tools/call 8
            upstream[A] < tools/call {second}
            client < notifications/message emergency
            client < result 8
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_modern_clients_level_is_set_on_the_leased_session_when_it_differs()
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = scene.Modern();

        await client.CallAsync("log", meta: WantsEmergency);
        await client.CallAsync("log", meta: WantsEmergency, id: "8");
        await client.CallAsync("log", id: "9");

        scene.Transcript.AssertIs("""
            client > tools/call 7
            upstream[A] < logging/setLevel egw-1 emergency
            upstream[A] < tools/call egw-2
            client < notifications/message emergency
            client < result 7
            client > tools/call 8
            upstream[A] < tools/call egw-3
            client < notifications/message emergency
            client < result 8
            client > tools/call 9
            upstream[A] < tools/call egw-4
            client < result 9
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_level_of_a_client_of_a_shared_server_is_remembered_and_set_when_it_differs()
    {
        await using var scene = await Scene.SetAsync("shared", pool: OneSession);
        var ada = await scene.HolderAsync("ada");
        var bob = await scene.HolderAsync("bob");

        await ada.AskAsync("logging/setLevel", Emergency);
        await ada.CallAsync("log", id: "8");
        await ada.CallAsync("log", id: "9");
        await bob.AskAsync("logging/setLevel", "\"level\":\"alert\"");
        await bob.CallAsync("log", id: "8");

        scene.Transcript.AssertIs("""
            ada > logging/setLevel 7 emergency
            ada < result 7
            ada > tools/call 8
            upstream[A] < logging/setLevel egw-1 emergency
            upstream[A] < tools/call egw-2
            ada < notifications/message emergency
            ada < result 8
            ada > tools/call 9
            upstream[A] < tools/call egw-3
            ada < notifications/message emergency
            ada < result 9
            bob > logging/setLevel 7 alert
            bob < result 7
            bob > tools/call 8
            upstream[A] < logging/setLevel egw-4 alert
            upstream[A] < tools/call egw-5
            bob < notifications/message alert
            bob < notifications/message emergency
            bob < result 8
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task At_rpc_there_is_nothing_to_set_a_level_for()
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = await scene.ClientAsync("rpc");

        await client.AskAsync("logging/setLevel", Emergency);
        await client.CallAsync("log", id: "8");

        scene.Transcript.AssertIs("""
            client > logging/setLevel 7 emergency
            client < result 7
            client > tools/call 8
            upstream[A] < tools/call egw-1
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "7 test://counter as sent", "8 as sent", "9 test://counter as sent", "10 as sent")]
    [InlineData("user", "egw-1 test://counter", "egw-2", "egw-3 test://counter", "egw-4")]
    public async Task A_subscription_is_the_clients_own_sessions(string isolation, string first, string second, string third, string fourth)
    {
        await using var scene = await Scene.SetAsync(isolation);
        var client = await scene.HolderAsync();
        using var stream = await client.ListenAsync();

        await client.AskAsync("resources/subscribe", Counter);
        await client.CallAsync("touch", $"{{{Counter}}}", id: "8");
        await stream.NextAsync();
        await client.AskAsync("resources/unsubscribe", Counter, id: "9");
        await client.CallAsync("touch", $"{{{Counter}}}", id: "10");
        scene.Upstream.AnnounceListChanged("tools");
        await stream.NextAsync();

        scene.Transcript.AssertIs($"""
            client > GET
            upstream[A] < GET
            client > resources/subscribe 7 test://counter
            upstream[A] < resources/subscribe {first}
            client < result 7
            client > tools/call 8
            upstream[A] < tools/call {second}
            client < result 8
            client < notifications/resources/updated test://counter
            client > resources/unsubscribe 9 test://counter
            upstream[A] < resources/unsubscribe {third}
            client < result 9
            client > tools/call 10
            upstream[A] < tools/call {fourth}
            client < result 10
            client < notifications/tools/list_changed
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task Listeners_of_one_user_share_one_watcher_that_subscribes_once_and_those_of_another_have_their_own()
    {
        await using var scene = await Scene.SetAsync("auto");
        const string Wanted = """ "notifications":{"resourceSubscriptions":["test://counter"]}""";
        var ada = scene.Modern("ada");
        var bob = scene.Modern("bob");

        using var first = await ada.BeginAsync("subscriptions/listen", Wanted);
        await first.NextAsync();
        var second = await ada.BeginAsync("subscriptions/listen", Wanted, id: "8");
        await second.NextAsync();
        using var others = await bob.BeginAsync("subscriptions/listen", Wanted, id: "9");
        await others.NextAsync();
        scene.Transcript.Note("the resource changes");
        scene.Upstream.Touch("test://counter");
        await first.NextAsync();
        await second.NextAsync();
        await others.NextAsync();
        scene.Transcript.Note("one of ada's leaves, then bob");
        second.Dispose();
        others.Dispose();
        await scene.UntilSeenAsync("DELETE");

        scene.Transcript.AssertIs("""
            ada > subscriptions/listen 7
            upstream[A] < GET
            upstream[A] < resources/subscribe egw-1 test://counter
            ada < notifications/subscriptions/acknowledged subscription 7
            ada > subscriptions/listen 8
            ada < notifications/subscriptions/acknowledged subscription 8
            bob > subscriptions/listen 9
            upstream[B] < GET
            upstream[B] < resources/subscribe egw-2 test://counter
            bob < notifications/subscriptions/acknowledged subscription 9
            -- the resource changes
            ada < notifications/resources/updated test://counter subscription 7
            ada < notifications/resources/updated test://counter subscription 8
            bob < notifications/resources/updated test://counter subscription 9
            -- one of ada's leaves, then bob
            upstream[B] < DELETE
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_sessions_are_shared_one_watcher_listens_for_all_and_each_hears_what_it_wants()
    {
        await using var scene = await Scene.SetAsync("shared");
        var ada = await scene.HolderAsync("ada");
        var bob = await scene.HolderAsync("bob");
        using var adas = await ada.ListenAsync();
        using var bobs = await bob.ListenAsync();

        await ada.AskAsync("resources/subscribe", Counter);
        await bob.AskAsync("resources/subscribe", Counter, id: "8");
        scene.Upstream.Touch("test://counter");
        await adas.NextAsync();
        await bobs.NextAsync();
        await bob.AskAsync("resources/unsubscribe", Counter, id: "9");
        scene.Upstream.Touch("test://counter");
        await adas.NextAsync();
        await ada.AskAsync("resources/unsubscribe", Counter, id: "10");
        scene.Upstream.AnnounceListChanged("tools");
        await adas.NextAsync();
        await bobs.NextAsync();

        scene.Transcript.AssertIs("""
            ada > GET
            upstream[A] < GET
            bob > GET
            ada > resources/subscribe 7 test://counter
            upstream[A] < resources/subscribe egw-1 test://counter
            ada < result 7
            bob > resources/subscribe 8 test://counter
            bob < result 8
            ada < notifications/resources/updated test://counter
            bob < notifications/resources/updated test://counter
            bob > resources/unsubscribe 9 test://counter
            bob < result 9
            ada < notifications/resources/updated test://counter
            ada > resources/unsubscribe 10 test://counter
            upstream[A] < resources/unsubscribe egw-2 test://counter
            ada < result 10
            ada < notifications/tools/list_changed
            bob < notifications/tools/list_changed
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("resources/subscribe", "rpc", "no_session_here")]
    [InlineData("resources/unsubscribe", "rpc", "no_session_here")]
    public async Task Where_there_is_no_stream_to_send_updates_on_nothing_is_subscribed_to(string method, string door, string reason)
    {
        await using var scene = await Scene.SetAsync(Scene.IsolationOf(door));
        var client = await scene.ClientAsync(door);

        await client.AskAsync(method, Counter);
        await client.AskAsync("tools/list", id: "8");

        scene.Transcript.AssertIs($"""
            client > {method} 7 test://counter
            client < error 7 -32601 {reason}
            client > tools/list 8
            upstream[A] < tools/list egw-1
            client < result 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("tools")]
    [InlineData("prompts")]
    [InlineData("resources")]
    public async Task A_changed_list_is_heard_by_each_client_with_a_session_once(string list)
    {
        await using var scene = await Scene.SetAsync("auto");
        var ada = await scene.HolderAsync("ada");
        var bob = await scene.HolderAsync("bob");
        using var adas = await ada.ListenAsync();
        using var bobs = await bob.ListenAsync();

        scene.Upstream.AnnounceListChanged(list);
        await adas.NextAsync();
        await bobs.NextAsync();
        scene.Upstream.AnnounceListChanged("tools");
        await adas.NextAsync();
        await bobs.NextAsync();

        scene.Transcript.AssertIs($"""
            ada > GET
            upstream[A] < GET
            bob > GET
            upstream[B] < GET
            ada < notifications/{list}/list_changed
            bob < notifications/{list}/list_changed
            ada < notifications/tools/list_changed
            bob < notifications/tools/list_changed
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("tools")]
    [InlineData("prompts")]
    [InlineData("resources")]
    public async Task A_changed_list_is_heard_by_one_watcher_and_broadcast(string list)
    {
        await using var scene = await Scene.SetAsync("auto");
        const string Wanted = """ "notifications":{"toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true}""";
        var client = scene.Modern();
        using var first = await client.BeginAsync("subscriptions/listen", Wanted);
        await first.NextAsync();
        using var second = await client.BeginAsync("subscriptions/listen", Wanted, id: "8");
        await second.NextAsync();

        // Another session of the same user, with its own copy of what the server announces: it is nobody's watcher.
        await client.CallAsync("announce", $$"""{"list":"{{list}}"}""", id: "9");
        await first.NextAsync();
        await second.NextAsync();
        scene.Upstream.AnnounceListChanged("tools");
        await first.NextAsync();
        await second.NextAsync();

        scene.Transcript.AssertIs($"""
            client > subscriptions/listen 7
            upstream[A] < GET
            client < notifications/subscriptions/acknowledged subscription 7
            client > subscriptions/listen 8
            client < notifications/subscriptions/acknowledged subscription 8
            client > tools/call 9
            upstream[B] < tools/call egw-1
            client < result 9
            client < notifications/{list}/list_changed subscription 7
            client < notifications/{list}/list_changed subscription 8
            client < notifications/tools/list_changed subscription 7
            client < notifications/tools/list_changed subscription 8
            """);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto")]
    [InlineData("session")]
    public async Task A_stream_of_a_client_with_a_session_is_resumed_by_that(string isolation)
    {
        await using var scene = await Scene.SetAsync(isolation, showsEventIds: true);
        var client = await scene.HolderAsync();

        using var broken = await client.BeginAsync("tools/call", """ "name":"sse_progress","arguments":{"steps":1,"disconnect":true,"wait":true}""", "\"progressToken\":3");
        await broken.EndAsync();
        scene.Upstream.Gate.Open();
        using var resumed = await client.ListenAsync(broken.LastEventId);
        await resumed.NextAsync();
        using var stream = await client.ListenAsync();
        scene.Upstream.AnnounceListChanged("tools");
        await stream.NextAsync();

        scene.Transcript.AssertIs("""
            client > tools/call 7 token 3
            upstream[A] < tools/call 7 token 3 as sent
            client < notifications/progress token 3 event post1-1
            client > GET after post1-1
            upstream[A] < GET after post1-1
            client < result 7 event post1-2
            client > GET
            upstream[A] < GET
            client < notifications/tools/list_changed event get-1
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task Event_ids_of_a_session_that_is_handed_on_are_not_its_clients_to_resume_from()
    {
        await using var scene = await Scene.SetAsync("user", showsEventIds: true);
        var client = await scene.HolderAsync();

        await client.CallAsync("sse_progress", """{"steps":1}""", "\"progressToken\":3");
        using var stream = await client.ListenAsync("post1-1");
        scene.Upstream.AnnounceListChanged("tools");
        await stream.NextAsync();

        scene.Transcript.AssertIs("""
            client > tools/call 7 token 3
            upstream[A] < tools/call egw-1 token egw-1
            client < notifications/progress token 3
            client < result 7
            client > GET after post1-1
            upstream[A] < GET
            client < notifications/tools/list_changed event get-1
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_modern_client_has_no_GET_stream()
    {
        await using var scene = await Scene.SetAsync("auto");
        var client = scene.Modern();

        using var refused = await client.ListenAsync();
        await refused.EndAsync();

        scene.Transcript.AssertIs("""
            client > GET
            client < 405 error -32000 post_only
            """);
    }
}
