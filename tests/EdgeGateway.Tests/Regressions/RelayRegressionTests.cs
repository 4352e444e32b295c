using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Regressions;

/// <summary>The named regressions of pool.md section 7.5 that a client sees, through the whole gateway.</summary>
public sealed class RelayRegressionTests
{
    private const string OneShared = """{"enabled":true,"isolation":"shared","size":1,"max_size":1,"max_concurrency":32}""";
    private const string Slow = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>It did not run, so another session runs it, and the caller sees nothing of it.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(404)]
    [InlineData(400)]
    public async Task SessionLost404_RetriesOnce(int status)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared","size":1,"max_size":2}""");
        using var caller = gateway.Rpc(server, "caller");
        upstream.Faults.DeadSessionStatus = status;
        upstream.ForgetSessions();

        Assert.Equal("hello", await caller.TextOfAsync("echo", """{"text":"hello"}"""));

        Assert.Equal(2, upstream.Recorded.Count("tools/call"));
        Assert.Equal(1, gateway.Stats(server).Destroys);
    }

    /// <summary>Once: an upstream that forgets every session is not asked for ever.</summary>
    [Fact(Timeout = 60_000)]
    public async Task SessionLost404_RetriesOnce_AndNoMore()
    {
        await using var upstream = await ScriptedUpstream.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":2}""");
        using var caller = gateway.Rpc(server, "caller");

        using var response = await caller.PostAsync("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{}}}""");

        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal((502, 7, "upstream_session_lost"), ((int)response.StatusCode, (int)error["id"]!, (string?)error["error"]!["data"]!["reason"]));
        Assert.Equal(2, upstream.Bodies.Count(body => body.Contains("tools/call", StringComparison.Ordinal)));
        Assert.Equal(0, gateway.Stats(server).InFlight);
    }

    /// <summary>Both clients call their request 1, and both run on one upstream session.</summary>
    [Fact(Timeout = 60_000)]
    public async Task CancelDoesNotCrossCallers()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, OneShared);
        using var ada = await gateway.Raw(server, "ada").InitializeAsync();
        using var bob = await gateway.Raw(server, "bob").InitializeAsync();
        var adas = ada.PostAsync(Slow);
        await upstream.Gate.WhenWaitingAsync(1, Cancelled);
        var adasId = upstream.Recorded.Last("tools/call").RawId;

        // Bob has no request yet: neither his own id nor, should he guess it, the upstream's finds ada's.
        foreach (var id in new[] { "1", adasId })
        {
            await CancelAsync(bob, id);
        }

        var bobs = bob.PostAsync(Slow);
        await upstream.Gate.WhenWaitingAsync(2, Cancelled);
        Assert.Equal(0, upstream.Recorded.Count("notifications/cancelled"));
        await CancelAsync(ada, "1");
        await upstream.Recorded.WhenSeenAsync("notifications/cancelled", 1, Cancelled);
        upstream.Gate.Open();

        using var served = await bobs;
        using var cancelled = await adas;
        Assert.Equal(200, (int)served.StatusCode);
        Assert.Equal(1, (int)JsonNode.Parse(await served.Content.ReadAsStringAsync(Cancelled))!["id"]!);
        Assert.Equal(adasId, Assert.Single(upstream.Recorded.CancelledRequests));

        static async Task CancelAsync(RawClient client, string? id)
        {
            using var cancel = await client.PostAsync($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{{{id}}},"reason":"enough"} }""");
            Assert.Equal(202, (int)cancel.StatusCode);
        }
    }

    /// <summary>Its counter stood at 1 on a session that is gone: the client has to know, and begins anew.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("sticky", "auto")]
    [InlineData("sticky", "session")]
    [InlineData("sticky", "user")]
    [InlineData("round_robin", "auto")]
    [InlineData("none", "auto")]
    public async Task StickyNeverRebindsSilently(string strategy, string isolation)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"strategy":"{{strategy}}","isolation":"{{isolation}}"}""");
        using var client = await gateway.Raw(server).InitializeAsync();
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
        upstream.ForgetSessions();

        // For good: not only the first time.
        for (var request = 0; request < 2; request++)
        {
            using var lost = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"counter_get","arguments":{}}}""");
            Assert.Equal(404, (int)lost.StatusCode);
        }

        Assert.Equal(0, gateway.Stats(server).Bound);
        client.SessionId = null;
        await client.InitializeAsync();
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
    }
}
