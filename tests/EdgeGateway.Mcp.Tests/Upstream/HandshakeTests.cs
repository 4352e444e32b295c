using System.Text;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Mcp.Tests.Upstream;

public class HandshakeTests
{
    private static readonly string Result = ScriptedUpstream.InitializeResult("2025-06-18");

    [Fact]
    public async Task A_session_is_opened_with_initialize_and_initialized()
    {
        const string result = """{ "protocolVersion" : "2025-03\u002d26", "x" : [1e400, "é\/"], "capabilities":{}}""";
        await using var upstream = await ScriptedUpstream.StartAsync((context, received) =>
        {
            if (received.Body.Contains("notifications/initialized"))
                return context.AnswerAsync(202);
            context.Response.Headers["Mcp-Session-Id"] = "~s!1";
            return context.AnswerAsync(200, "application/json; charset=utf-8", "{\"result\":" + result + ",\"id\":\"egw-init\",\"jsonrpc\":\"2.0\"}");
        });

        var session = await upstream.ConnectAsync();

        Assert.Equal("~s!1", session.SessionId);
        Assert.True(session.IsStateful);
        Assert.Equal("2025-03-26", session.ProtocolVersion);
        Assert.Equal(result, Encoding.UTF8.GetString(session.InitializeResult.Span));
        Assert.False(session.TryClaimInitialized());
        Assert.Collection(
            upstream.Requests,
            initialize =>
            {
                Assert.Equal("POST", initialize.Method);
                Assert.Equal("application/json, text/event-stream", initialize.Header("Accept"));
                Assert.Equal("application/json", initialize.Header("Content-Type"));
                Assert.Null(initialize.Header("Mcp-Session-Id"));
                Assert.Null(initialize.Header("MCP-Protocol-Version"));
                Assert.Null(initialize.Header("traceparent"));
                Assert.Equal(
                    """{"jsonrpc":"2.0","id":"egw-init","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"edge-gateway","version":"0.1.0"}}}""",
                    initialize.Body);
            },
            initialized =>
            {
                Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", initialized.Body);
                Assert.Equal("~s!1", initialized.Header("Mcp-Session-Id"));
                Assert.Null(initialized.Header("MCP-Protocol-Version")); // 2025-03-26 does not know it
            });
    }

    [Fact]
    public async Task The_answer_is_found_among_events()
    {
        await using var upstream = await ScriptedUpstream.StartAsync((context, received) => received.Body.Contains("notifications/initialized")
            ? context.AnswerAsync(202)
            : context.AnswerAsync(
                200,
                "text/event-stream",
                "id: 0\ndata: \n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"egw-init\",\"method\":\"ping\"}\n\n"
                + $"data: {Result.Replace("egw-init", "other").Replace("2025-06-18", "no")}\n\ndata: {Result}\n\ndata: {Result.Replace("2025-06-18", "late")}\n\n",
                chunked: true));

        var session = await upstream.ConnectAsync();

        Assert.Equal("2025-06-18", session.ProtocolVersion);
        Assert.Null(session.SessionId);
        Assert.False(session.IsStateful);
        Assert.Equal("2025-06-18", upstream.Requests.Last().Header("MCP-Protocol-Version"));
    }

    [Fact]
    public async Task With_capabilities_initialized_waits_for_the_one_who_claims_it()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(500));

        var session = await upstream.ConnectAsync("""{"roots":{"listChanged":true}}""");

        Assert.Contains("""  "capabilities":{"roots":{"listChanged":true}},""".Trim(), Assert.Single(upstream.Requests).Body);
        Assert.True(session.TryClaimInitialized());
        Assert.False(session.TryClaimInitialized());
    }

    [Theory]
    [InlineData(401, UpstreamFaultKind.Auth)]
    [InlineData(403, UpstreamFaultKind.Auth)]
    [InlineData(502, UpstreamFaultKind.Unavailable)]
    [InlineData(503, UpstreamFaultKind.Unavailable)]
    [InlineData(504, UpstreamFaultKind.Unavailable)]
    [InlineData(307, UpstreamFaultKind.Protocol)]
    [InlineData(400, UpstreamFaultKind.Protocol)]
    [InlineData(404, UpstreamFaultKind.Protocol)]
    [InlineData(405, UpstreamFaultKind.Protocol)]
    [InlineData(429, UpstreamFaultKind.Protocol)]
    [InlineData(500, UpstreamFaultKind.Protocol)]
    public async Task A_status_other_than_success_names_what_is_wrong(int status, UpstreamFaultKind kind)
    {
        await using var upstream = await ScriptedUpstream.StartAsync((context, _) => context.AnswerAsync(status, "text/plain", "secret"));

        var fault = await FaultOfAsync(upstream);

        Assert.Equal(kind, fault.Kind);
        Assert.Equal(status, fault.Status);
        Assert.Contains($"{status}", fault.Message);
        Assert.DoesNotContain("secret", fault.Message);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>")]
    [InlineData(200, "application/json", "<html>")]
    [InlineData(200, "application/json", "[]")]
    [InlineData(200, "application/json", "")]
    [InlineData(202, null, "")]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":"egw-init","result":{}}""")]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":"egw-init","result":{"protocolVersion":20250618}}""")]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":"egw-init","result":{"protocolVersion":"a\r\nX: y"}}""")]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":"egw-init","result":{"\ud800":1,"protocolVersion":"\ud800"}}""")]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":"egw-init","result":{"protocolVersion":"2026-07-28"}}""")]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":"egw-init","result":[]}""")]
    [InlineData(200, "application/json", """{"jsonrpc":"2.0","id":"egw-init","method":"initialize"}""")]
    [InlineData(200, "text/event-stream", "data: {}\n\n")]
    [InlineData(200, "text/event-stream", "")]
    public async Task What_is_not_MCP_is_a_protocol_fault_and_the_session_is_not_left_behind(int status, string? contentType, string body)
    {
        await using var upstream = await ScriptedUpstream.StartAsync((context, _) =>
        {
            context.Response.Headers["Mcp-Session-Id"] = "s-1";
            return context.AnswerAsync(status, contentType, body, chunked: true);
        });

        var fault = await FaultOfAsync(upstream);

        Assert.Equal(UpstreamFaultKind.Protocol, fault.Kind);
        if (contentType == "text/html")
            return; // nothing there ever was an MCP session
        Assert.Equal("DELETE", upstream.Requests.Last().Method);
        Assert.Equal("s-1", upstream.Requests.Last().Header("Mcp-Session-Id"));
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_code_and_what_is_printable_of_its_message()
    {
        await using var upstream = await ScriptedUpstream.StartAsync((context, _) => context.AnswerAsync(
            200,
            "application/json",
            """{"jsonrpc":"2.0","id":"egw-init","error":{"code":-32602,"message":"No\r\n\u001b[31m such \u202eversion"""
            + new string('!', 1000) + "\"}}"));

        var fault = await FaultOfAsync(upstream);

        Assert.Equal(UpstreamFaultKind.Protocol, fault.Kind);
        Assert.Contains("-32602, No[31m such version!!!", fault.Message);
        Assert.True(fault.Message.Length < 300);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("")]
    public async Task A_session_id_is_visible_ASCII(string id)
    {
        await using var upstream = new RawUpstream(Encoding.Latin1.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: {id}\r\nContent-Length: {Result.Length}\r\n\r\n{Result}"));
        using var http = TestTransport.New();
        var connector = new StreamableHttpConnector(http, upstream.Url, [], TimeProvider.System);

        var exception = await Assert.ThrowsAsync<UpstreamException>(async () => await connector.ConnectAsync(new Handshake("2025-11-25", "{}", []), TestContext.Current.CancellationToken));

        Assert.Equal(UpstreamFaultKind.Protocol, exception.Fault.Kind);
        Assert.Contains("session id", exception.Message);
    }

    [Fact]
    public async Task When_initialized_is_not_taken_the_session_is_ended()
    {
        await using var upstream = await ScriptedUpstream.StartAsync((context, received) =>
        {
            if (received.Body.Contains("notifications/initialized"))
                return context.AnswerAsync(401);
            context.Response.Headers["Mcp-Session-Id"] = "s-1";
            return context.AnswerAsync(200, "application/json", Result);
        });

        Assert.Equal(UpstreamFaultKind.Auth, (await FaultOfAsync(upstream)).Kind);
        Assert.Equal("DELETE", upstream.Requests.Last().Method);
        Assert.Equal("s-1", upstream.Requests.Last().Header("Mcp-Session-Id"));
    }

    [Fact]
    public async Task Configured_headers_are_sent_and_the_handshakes_own_win_but_none_overrides_the_protocol()
    {
        await using var upstream = await ScriptedUpstream.StartAfterHandshakeAsync((context, _) => context.AnswerAsync(202));
        var connector = upstream.Connector(Answers.Header("Authorization", "Bearer stored"), Answers.Header("X-Tenant", "é1"), Answers.Header("Accept", "text/html"));

        await connector.ConnectAsync(
            new Handshake("2025-11-25", "{}", [Answers.Header("authorization", "Bearer caller"), Answers.Header("Mcp-Session-Id", "forged")]),
            TestContext.Current.CancellationToken);

        Assert.All(upstream.Requests, request =>
        {
            Assert.Equal("Bearer caller", request.Header("Authorization"));
            Assert.Equal("é1", request.Header("X-Tenant"));
            Assert.Equal("application/json, text/event-stream", request.Header("Accept"));
        });
        Assert.Null(upstream.Requests.First().Header("Mcp-Session-Id"));
        Assert.Equal("s-1", upstream.Requests.Last().Header("Mcp-Session-Id"));
    }

    [Theory]
    [InlineData("application/json", """{"jsonrpc":""")]
    [InlineData("text/event-stream", "id: 1\ndata: \n\n")]
    public async Task A_connection_that_breaks_is_told(string contentType, string part)
    {
        await using var upstream = await ScriptedUpstream.StartAsync((context, _) => context.BreakAsync(contentType, part));

        Assert.Equal(UpstreamFaultKind.ConnectionLost, (await FaultOfAsync(upstream)).Kind);
    }

    [Fact]
    public async Task Cancellation_is_not_a_fault()
    {
        using var cancellation = new CancellationTokenSource();
        await using var upstream = await ScriptedUpstream.StartAsync(async (context, _) =>
        {
            await cancellation.CancelAsync();
            await context.UntilAbortedAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await upstream.Connector().ConnectAsync(new Handshake("2025-11-25", "{}", []), cancellation.Token));
    }

    private static async Task<UpstreamFault> FaultOfAsync(ScriptedUpstream upstream) =>
        (await Assert.ThrowsAsync<UpstreamException>(async () => await upstream.ConnectAsync())).Fault;
}
