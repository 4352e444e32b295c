using System.Net;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What clients did shows in the pool's history, to those who may see it.</summary>
public sealed class HistoryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Calls_show_in_the_metrics_at_once_and_agree_with_the_stats()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        for (var i = 0; i < 25; i++)
        {
            await client.CallAsync("echo", """{"text":"x"}""");
        }

        await gateway.UntilAsync(server, stats => stats.InFlight == 0 && stats.Opening == 0);

        var stats = gateway.Stats(server);
        foreach (var window in new[] { "hours=1", "minutes=10" })
        {
            var buckets = (await gateway.SendAsync(HttpMethod.Get, $"/servers/{server}/pool/metrics?{window}"))["buckets"]!.AsArray();
            Assert.Equal(stats.Acquisitions, buckets.Sum(bucket => (long)bucket!["acquisitions"]!));
            Assert.True((double)buckets.MaxBy(bucket => (long)bucket!["acquisitions"]!)!["use_ms"]!["p50"]! > 0);
            Assert.Equal(stats.Total, (int)buckets[^1]!["sessions"]!);
        }

        var advice = await gateway.SendAsync(HttpMethod.Get, $"/servers/{server}/pool/optimize");
        Assert.Equal(("round_robin", "sticky"), ((string?)advice["current_strategy"], (string?)advice["recommended_strategy"]));
        Assert.Equal(stats.Acquisitions, (long)advice["metrics"]!["acquisitions"]!);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("metrics")]
    [InlineData("optimize")]
    public async Task Who_may_read_the_stats_of_a_server_may_read_its_history_and_nobody_else(string what)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var other = await gateway.AddServerAsync(upstream.Url);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.Token("ada", scopes: "servers.read")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.Token("ada", serverId: server, scopes: "servers.read")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(gateway.Token("ada", serverId: other, scopes: "servers.read")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(gateway.Token("ada", scopes: "mcp.invoke")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("x"));

        async Task<HttpStatusCode> StatusAsync(string token)
        {
            using var client = gateway.Client(token);
            using var response = await client.GetAsync($"/servers/{server}/pool/{what}", Cancelled);
            return response.StatusCode;
        }
    }
}
