using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>HTTP+SSE up to the first request: the stream, its endpoint event, initialize, and the end.</summary>
public class SseHandshakeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_session_is_a_stream_and_messages_go_where_it_says()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();

        var session = await upstream.ConnectAsync("{}", Answers.Header("X-Key", "k"));

        Assert.Equal("text/event-stream", upstream.Get.Header("Accept"));
        Assert.Equal("k", upstream.Get.Header("X-Key"));
        Assert.All(upstream.Posted, post => Assert.Equal("k", post.Header("X-Key")));
        Assert.Equal(2, upstream.Posted.Count());
        Assert.Contains("\"2024-11-05\"", upstream.Posted.First().Body);
        Assert.Contains("notifications/initialized", upstream.Posted.Last().Body);
        Assert.True(session.IsStateful);
        Assert.Null(session.SessionId);
        Assert.Equal("2024-11-05", session.ProtocolVersion);
        Assert.False(session.TryClaimInitialized());
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_declares_capabilities_claims_initialized_once()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();

        var session = await upstream.ConnectAsync("""{"roots":{}}""");

        Assert.Single(upstream.Posted);
        Assert.True(session.TryClaimInitialized());
        Assert.False(session.TryClaimInitialized());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/messages?session=1", "http://a.example:8080/messages?session=1")]
    [InlineData("messages", "http://a.example:8080/mcp/messages")]
    [InlineData("?session=1", "http://a.example:8080/mcp/sse?session=1")]
    [InlineData("http://A.example:8080/m", "http://a.example:8080/m")]
    public async Task The_endpoint_may_be_relative_or_absolute(string data, string expected) =>
        Assert.Equal(new Uri(expected), await EndpointOfAsync($"event: endpoint\ndata: {data}\n\n"));

    [Theory(Timeout = 60_000)]
    [InlineData("http://b.example:8080/m")]
    [InlineData("//b.example/m")]
    [InlineData("http://a.example/m")]
    [InlineData("https://a.example:8080/m")]
    [InlineData("http://user@a.example:8080/m")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://")]
    public async Task An_endpoint_elsewhere_is_refused(string data)
    {
        var fault = (await Assert.ThrowsAsync<UpstreamException>(() => EndpointOfAsync($"event: endpoint\ndata: {data}\n\n"))).Fault;

        Assert.Equal(UpstreamFaultKind.Protocol, fault.Kind);
        Assert.Contains("endpoint event", fault.Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_endpoint_elsewhere_gets_no_credentials()
    {
        await using var elsewhere = await ScriptedSseUpstream.StartAsync();
        await using var upstream = await ScriptedSseUpstream.StartAsync(endpoint: elsewhere.Url.AbsoluteUri);

        await Assert.ThrowsAsync<UpstreamException>(async () => await upstream.ConnectAsync("{}", Answers.Header("Authorization", "secret")));

        Assert.Empty(elsewhere.Posted);
        await upstream.Closed;
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("data: {}\n\n: comment\n\n")]
    public async Task A_stream_without_an_endpoint_event_is_not_this_transport(string events) =>
        Assert.Contains("without an endpoint event", (await Assert.ThrowsAsync<UpstreamException>(() => EndpointOfAsync(events))).Message);

    [Theory(Timeout = 60_000)]
    [InlineData(401, "application/json", UpstreamFaultKind.Auth)]
    [InlineData(404, "text/plain", UpstreamFaultKind.Protocol)]
    [InlineData(405, "text/plain", UpstreamFaultKind.Protocol)]
    [InlineData(200, "application/json", UpstreamFaultKind.Protocol)]
    [InlineData(200, "text/html", UpstreamFaultKind.Protocol)]
    [InlineData(503, "text/plain", UpstreamFaultKind.Unavailable)]
    public async Task What_is_no_stream_is_a_fault(int status, string contentType, UpstreamFaultKind kind)
    {
        await using var server = await ScriptedUpstream.StartAsync((context, _) => context.AnswerAsync(status, contentType, "{}"));
        using var http = TestTransport.New();

        var failed = await Assert.ThrowsAsync<UpstreamException>(async () =>
            await new SseConnector(http, server.Url, []).ConnectAsync(new Handshake("2024-11-05", "{}", []), Cancelled));

        Assert.Equal(kind, failed.Fault.Kind);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_names_no_endpoint_is_waited_for_as_long_as_the_handshake_may_take()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync(endpoint: null);
        using var http = TestTransport.New();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var connecting = new SseConnector(http, upstream.Url, []).ConnectAsync(new Handshake("2024-11-05", "{}", []), patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact(Timeout = 60_000)]
    public async Task Closing_ends_the_stream_and_then_the_session_is_gone()
    {
        await using var upstream = await ScriptedSseUpstream.StartAsync();
        var session = await upstream.ConnectAsync();

        await session.CloseAsync(Cancelled);
        await session.CloseAsync(Cancelled);

        await upstream.Closed;
        Assert.Equal(ReplyKind.SessionGone, await session.PingAsync(Cancelled));
        await using var stream = await session.OpenStreamAsync(null, [], Cancelled);
        Assert.Equal(ReplyKind.SessionGone, stream.Kind);
        Assert.Equal(2, upstream.Posted.Count());
    }

    private static async Task<Uri> EndpointOfAsync(string events)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(events));
        await using var frames = new Mcp.Sse.SseReader(stream, Cancelled).ReadAllAsync().GetAsyncEnumerator(Cancelled);
        return await EndpointEvent.ReadAsync(frames, new Uri("http://a.example:8080/mcp/sse"));
    }
}
