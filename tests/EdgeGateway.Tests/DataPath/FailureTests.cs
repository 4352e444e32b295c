using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>protocol.md section 5, row by row.</summary>
public sealed class FailureTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_clean_session_that_is_gone_is_replaced_and_the_client_notices_nothing()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        using (await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""))
        {
        }

        upstream.ForgetSessions();

        using var again = await client.PostAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}""");
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clean_session_of_a_client_with_capabilities_is_replaced_by_one_that_knows_them()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync(capabilities: """{"roots":{}}""");
        upstream.ForgetSessions();

        using var list = await client.PostAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}""");
        Assert.Equal(200, (int)list.StatusCode);
        Assert.Contains("\"roots\"", upstream.Recorded.Recent.Last(r => r.Label == "initialize" && r.BodyText.Contains("roots", StringComparison.Ordinal)).BodyText, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tool_call_whose_connection_broke_is_not_repeated()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.CloseBeforeResponse() with { On = "tools/call", Times = 1 });

        using var response = await client.PostAsync(Call("echo", id: "\"the id\""));

        var error = await ErrorAsync(response);
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("the id", (string?)error["id"]);
        Assert.Equal("upstream_connection_lost", Reason(error));
        Assert.Equal(-32603, (int)error["error"]!["code"]!);
        Assert.Equal(1, upstream.Recorded.Count("tools/call"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_whose_connection_broke_is_repeated_once()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.CloseBeforeResponse() with { On = "tools/list", Times = 1 });

        using var response = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(2, upstream.Recorded.Count("tools/list"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_connection_is_a_502_that_names_it_and_the_pool_heals_by_itself()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared","size":1,"max_size":2}""");
        using var caller = gateway.Rpc(server, "caller");
        await upstream.StopListeningAsync(Cancelled);

        using (var response = await caller.PostAsync(Call("echo")))
        {
            Assert.Equal(502, (int)response.StatusCode);
            Assert.Equal("upstream_refused", Reason(await ErrorAsync(response)));
        }

        await upstream.StartListeningAsync(Cancelled);
        await gateway.UntilAsync(server, stats => stats.Available > 0 && stats.Circuit == Pooling.CircuitState.Closed);
        Assert.Equal("x", await caller.TextOfAsync("echo", """{"text":"x"}"""));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upstream_that_never_answers_is_a_504_and_is_told_that_the_call_is_cancelled()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, more: ""","request_timeout":1""");
        using var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.PostAsync(Call("slow", id: "7"));

        Assert.Equal(504, (int)response.StatusCode);
        Assert.Equal("upstream_timeout", Reason(await ErrorAsync(response)));
        await upstream.Recorded.WhenSeenAsync("notifications/cancelled", 1, Cancelled);
        Assert.Contains("\"requestId\":7", upstream.Recorded.Last("notifications/cancelled").BodyText, StringComparison.Ordinal);
        upstream.Gate.Open();
    }

    [Fact(Timeout = 60_000)]
    public async Task Refused_credentials_are_a_502_that_says_so()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.Status(401));

        using var response = await client.PostAsync(Call("echo"));

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("upstream_auth", Reason(await ErrorAsync(response)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_429_is_relayed_with_its_Retry_After()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.Status(429, retryAfter: 17));

        using var response = await client.PostAsync(Call("echo"));

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(17, response.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_that_breaks_ends_with_an_error_for_the_callers_id()
    {
        await using var upstream = await TestUpstream.StartAsync(new TestUpstreamOptions { AnswerBySse = true }, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared"}""");
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.CloseMidBody() with { On = "tools/call", Times = 1 });
        upstream.Faults.Add(Fault.Status(405) with { On = "GET" }); // it does not go on with a stream

        var answer = JsonNode.Parse(await client.CallAsync("echo", id: "99"))!;

        Assert.Equal(99, (int)answer["id"]!);
        Assert.Equal("upstream_connection_lost", Reason(answer));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_exhausted_line_is_a_503_with_Retry_After_that_names_the_setting()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(
            upstream.Url,
            """{"enabled":true,"isolation":"shared","size":1,"min_size":1,"max_size":1,"max_concurrency":1,"max_pending":1,"timeout":1}""");
        using var caller = gateway.Rpc(server, "caller");
        var running = caller.PostAsync(Call("slow"));
        await upstream.Gate.WhenWaitingAsync(1, Cancelled);
        var waiting = caller.PostAsync(Call("echo"));
        await gateway.UntilAsync(server, stats => stats.Waiting == 1);

        using (var rejected = await caller.PostAsync(Call("echo")))
        {
            Assert.Equal(503, (int)rejected.StatusCode);
            Assert.True(rejected.Headers.RetryAfter?.Delta?.TotalSeconds >= 1);
            var error = await ErrorAsync(rejected);
            Assert.Equal("pool_exhausted", Reason(error));
            Assert.Contains("max_pending", (string)error["error"]!["message"]!, StringComparison.Ordinal);
        }

        using (var late = await waiting)
        {
            Assert.Equal(503, (int)late.StatusCode);
            Assert.Equal("acquire_timeout", Reason(await ErrorAsync(late)));
        }

        upstream.Gate.Open();
        using var served = await running;
        Assert.Equal(200, (int)served.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Trouble_of_one_server_does_not_touch_another()
    {
        await using var bad = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var good = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var badServer = await gateway.AddServerAsync(bad.Url);
        var goodServer = await gateway.AddServerAsync(good.Url);
        using var stuck = await gateway.Raw(badServer).InitializeAsync();
        bad.Faults.Add(Fault.Hang());
        var hanging = Enumerable.Range(0, 20).Select(_ => stuck.PostAsync(Call("echo"))).ToArray();
        await bad.Faults.Hold.WhenWaitingAsync(20, Cancelled);

        using var client = await gateway.Raw(goodServer).InitializeAsync();
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
        Assert.Equal(100, gateway.Stats(goodServer).HealthScore);

        bad.Faults.Clear();
        await Task.WhenAll(hanging);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_drained_pool_refuses_and_a_resumed_one_serves()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        await gateway.SendAsync(HttpMethod.Post, $"/servers/{server}/pool/drain", """{"timeout":10}""");
        using var client = gateway.Raw(server);

        using (var refused = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}"""))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.Equal("draining", Reason(await ErrorAsync(refused)));
        }

        await gateway.SendAsync(HttpMethod.Post, $"/servers/{server}/pool/resume");
        await client.InitializeAsync();
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
    }

    private static string Call(string tool, string id = "1") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }""";

    private static async Task<JsonNode> ErrorAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;

    private static string? Reason(JsonNode error) => (string?)error["error"]?["data"]?["reason"];
}
