using System.Net;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>Each fault does what it says: a test that relies on one tests what it means to.</summary>
public sealed class UpstreamFaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_status_comes_with_Retry_After_as_often_as_told_and_no_more()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        upstream.Faults.Add(Fault.Status(429, retryAfter: 2) with { On = "tools/call", Times = 1 });

        using var list = await raw.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Cancelled);
        using var refused = await raw.CallAsync("echo", "{}", Cancelled);
        using var served = await raw.CallAsync("echo", "{}", Cancelled);

        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task A_handshake_hangs_until_it_is_let_go()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        upstream.Faults.Add(Fault.Hang() with { On = "initialize", Times = 1 });
        using var raw = new RawMcp(upstream.Url);
        var handshake = raw.InitializeAsync(Cancelled);
        await upstream.Faults.Hold.WhenWaitingAsync(1, Cancelled);
        Assert.False(handshake.IsCompleted);

        upstream.Faults.Hold.Pulse();
        using var answer = await handshake;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_connection_is_cut_before_the_answer_though_the_call_ran()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        upstream.Faults.Add(Fault.CloseBeforeResponse() with { Times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => raw.CallAsync("counter_increment", "{}", Cancelled));
        using var counter = await raw.CallAsync("counter_get", "{}", Cancelled);

        Assert.Contains("\"1\"", await counter.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo", "{}")]
    [InlineData("sse_progress", """{"steps":1}""")]
    public async Task A_connection_is_cut_in_the_middle_of_the_answer(string tool, string arguments)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        upstream.Faults.Add(Fault.CloseMidBody());

        using var answer = await raw.CallAsync(tool, arguments, Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_dripping_body_and_slow_headers_arrive_whole()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        upstream.Faults.Add(Fault.DripBody(TimeSpan.FromMilliseconds(1)) with { Times = 1 });
        upstream.Faults.Add(Fault.SlowHeaders(TimeSpan.FromMilliseconds(1)) with { Times = 1 });

        using var dripped = await raw.CallAsync("echo", """{"text":"drop by drop"}""", Cancelled);
        using var late = await raw.CallAsync("echo", """{"text":"late"}""", Cancelled);

        Assert.Contains("drop by drop", await dripped.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Contains("late", await late.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "Session not found")]
    [InlineData(400, "No valid session ID")]
    public async Task A_forgotten_session_is_gone(int status, string message)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        upstream.Faults.DeadSessionStatus = status;

        upstream.ForgetSessions();
        using var answer = await raw.CallAsync("echo", "{}", Cancelled);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stopped_listening_comes_back_on_its_port_with_its_sessions()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        var url = upstream.Url;

        await upstream.StopListeningAsync(Cancelled);
        await Assert.ThrowsAsync<HttpRequestException>(() => raw.CallAsync("echo", "{}", Cancelled));
        await upstream.StartListeningAsync(Cancelled);
        using var answer = await raw.CallAsync("echo", "{}", Cancelled);

        Assert.Equal(url, upstream.Url);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Session_ids_are_issued_twice_illegally_or_not_at_all_when_told()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        upstream.Faults.Add(Fault.SessionId("same") with { Times = 2 });
        upstream.Faults.Add(Fault.SessionId("with a space") with { Times = 1 });
        upstream.Faults.Add(Fault.NoSessionId() with { Times = 1 });
        using var raw = new RawMcp(upstream.Url);
        var issued = new List<string?>();

        for (var i = 0; i < 4; i++)
        {
            raw.SessionId = null;
            using var answer = await raw.InitializeAsync(Cancelled);
            issued.Add(raw.SessionId);
        }

        Assert.Equal(["same", "same", "with a space", null], issued);
    }

    [Fact]
    public async Task Garbage_is_served_as_JSON_and_DELETE_is_refused_when_told()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        using var raw = await RawMcp.ConnectAsync(upstream.Url, Cancelled);
        upstream.Faults.Add(Fault.Garbage());
        upstream.Faults.Add(Fault.Status(405) with { On = "DELETE" });

        using var garbage = await raw.CallAsync("echo", "{}", Cancelled);
        using var delete = await raw.DeleteAsync(Cancelled);

        Assert.StartsWith("<html>", await garbage.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, delete.StatusCode);
        Assert.Equal(1, upstream.OpenSessions);
    }
}
