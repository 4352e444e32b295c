using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>How the opening of a GET stream ends when it does not succeed.</summary>
public sealed class ServerStreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_session_that_ends_while_its_stream_opens_is_a_404()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.Hang() with { On = "GET" });
        var opening = client.SendAsync(HttpMethod.Get, null);
        await upstream.Faults.Hold.WhenWaitingAsync(1, Cancelled);

        using var ended = await client.SendAsync(HttpMethod.Delete, null);

        using var response = await opening;
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal(0, gateway.Stats(server).Bound);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_clean_session_that_is_gone_is_replaced_before_its_stream_opens()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync(capabilities: """{"roots":{}}""");
        upstream.ForgetSessions();

        using var stream = await client.SendAsync(HttpMethod.Get, null);

        Assert.Equal(200, (int)stream.StatusCode);
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
        using var ended = await client.SendAsync(HttpMethod.Delete, null);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_used_session_that_is_gone_is_a_404_at_its_stream()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        await client.CallAsync("counter_increment");
        upstream.ForgetSessions();

        using var stream = await client.SendAsync(HttpMethod.Get, null);

        Assert.Equal(404, (int)stream.StatusCode);
        Assert.Equal(0, gateway.Stats(server).Bound);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(401, 502)]
    [InlineData(403, 502)]
    [InlineData(405, 405)]
    [InlineData(409, 409)]
    [InlineData(500, 500)]
    public async Task What_the_upstream_says_of_its_stream_is_not_mistaken_for_what_the_gateway_says(int said, int told)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.Status(said) with { On = "GET" });

        using var response = await client.SendAsync(HttpMethod.Get, null);

        Assert.Equal(told, (int)response.StatusCode);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["error"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upstream_without_sessions_that_knows_no_GET_offers_no_stream()
    {
        await using var upstream = await ScriptedUpstream.StartAsync(
            (http, _) =>
            {
                http.Response.StatusCode = 404;
                return Task.CompletedTask;
            },
            isStateful: false);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"session"}""");
        using var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.SendAsync(HttpMethod.Get, null);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal(1, gateway.Stats(server).Bound);
    }
}
