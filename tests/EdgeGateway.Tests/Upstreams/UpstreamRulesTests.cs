using System.Net;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>The test upstream keeps the transport's rules: a gateway that breaks one is told.</summary>
public sealed class UpstreamRulesTests
{
    private const string List = """{"jsonrpc":"2.0","id":7,"method":"tools/list"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_a_session_id_is_400_and_with_an_unknown_one_404()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = new RawMcp(upstream.Url);

        using var without = await raw.PostAsync(List, Cancelled);
        raw.SessionId = "nobody";
        using var unknown = await raw.PostAsync(List, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_request_before_initialized_is_refused_and_ping_is_not()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = new RawMcp(upstream.Url);
        using var handshake = await raw.InitializeAsync(Cancelled);

        using var early = await raw.PostAsync(List, Cancelled);
        using var ping = await raw.PostAsync("""{"jsonrpc":"2.0","id":"p","method":"ping"}""", Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, early.StatusCode);
        Assert.Equal("""{"jsonrpc":"2.0","id":"p","result":{}}""", await ping.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task The_protocol_version_header_must_be_the_one_agreed_on()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);

        raw.ProtocolVersion = "2025-06-18";
        using var other = await raw.PostAsync(List, Cancelled);
        raw.ProtocolVersion = null;
        using var none = await raw.PostAsync(List, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
    }

    [Fact]
    public async Task The_id_comes_back_as_it_was_written()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);

        using var answer = await raw.PostAsync("""{"jsonrpc":"2.0","id":1.50e3,"method":"ping"}""", Cancelled);

        Assert.Equal("""{"jsonrpc":"2.0","id":1.50e3,"result":{}}""", await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("1.50e3", upstream.Recorded.Last("ping").RawId);
    }

    [Fact]
    public async Task A_session_has_its_own_state_and_ends_with_DELETE()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var ada = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        using var alan = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        using var told = await ada.CallAsync("remember", """{"key":"k","text":"Ada's"}""", Cancelled);

        using var adas = await ada.CallAsync("recall", """{"key":"k"}""", Cancelled);
        using var alans = await alan.CallAsync("recall", """{"key":"k"}""", Cancelled);
        using var deleted = await ada.DeleteAsync(Cancelled);
        using var after = await ada.PostAsync(List, Cancelled);

        Assert.Contains("Ada", await adas.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Contains("(nothing)", await alans.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
        Assert.Equal((2, 1, 1), (upstream.Recorded.Handshakes, upstream.Recorded.SessionsClosed, upstream.OpenSessions));
    }

    [Fact]
    public async Task A_cursor_is_good_only_in_its_own_session()
    {
        await using var upstream = await TestUpstream.StartAsync(new TestUpstreamOptions { PageSize = 2 }, Cancelled);
        using var ada = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        using var alan = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        using var first = await ada.PostAsync(List, Cancelled);
        var cursor = System.Text.Json.Nodes.JsonNode.Parse(await first.Content.ReadAsStringAsync(Cancelled))!["result"]!["nextCursor"]!.ToJsonString();
        var next = $$$"""{"jsonrpc":"2.0","method":"tools/list","params":{"cursor":{{{cursor}}} },"id":8}""";

        using var own = await ada.PostAsync(next, Cancelled);
        using var foreign = await alan.PostAsync(next, Cancelled);

        Assert.Contains("\"result\"", await own.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Contains("-32602", await foreign.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stateless_upstream_issues_no_session_id_and_answers_without_one()
    {
        await using var upstream = await TestUpstream.StartAsync(new TestUpstreamOptions { Kind = UpstreamKind.Stateless }, Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);

        using var answer = await raw.CallAsync("echo", """{"text":"hi"}""", Cancelled);
        using var stream = await raw.GetAsync(null, Cancelled);

        Assert.Null(raw.SessionId);
        Assert.Contains("hi", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, stream.StatusCode);
    }

    [Fact]
    public async Task A_broken_stream_is_resumed_after_the_last_event_seen()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        using var cut = await raw.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sse_progress","arguments":{"steps":2,"disconnect":true,"wait":true},"_meta":{"progressToken":5}}}""",
            Cancelled);
        var before = await cut.Content.ReadAsStringAsync(Cancelled);

        upstream.Gate.Open();
        using var resumed = await raw.GetAsync("post1-1", Cancelled);
        var after = await resumed.Content.ReadAsStringAsync(Cancelled);

        Assert.DoesNotContain("\"result\"", before, StringComparison.Ordinal);
        Assert.DoesNotContain("\"progress\":1", after, StringComparison.Ordinal);
        Assert.Contains("id: post1-2", after, StringComparison.Ordinal);
        Assert.Contains("progressed", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_call_ends_without_an_answer()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        var call = raw.CallAsync("slow", "{}", Cancelled);
        await upstream.Gate.WhenWaitingAsync(1, Cancelled);

        using var notified = await raw.PostAsync(
            """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""", Cancelled);
        using var answer = await call;

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(["1"], upstream.Recorded.CancelledRequests);
    }
}
