using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>How many upstream sessions a load costs; the pool's figures agree with what the upstream counted.</summary>
public sealed class ReuseTests
{
    private const int Calls = 1000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_thousand_calls_of_one_client_run_on_one_session()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();

        await CallAsync([client], Calls);

        await AssertCountsAsync(gateway, server, upstream, Calls);
        Assert.True(upstream.Recorded.Handshakes <= 5 + 1 + 1, $"{upstream.Recorded.Handshakes} handshakes");
        Assert.Equal(Calls, upstream.Recorded.RequestsBySession.Values.Max());
    }

    [Theory(Timeout = 120_000)]
    [InlineData("round_robin", "auto")]
    [InlineData("least_connections", "auto")]
    [InlineData("sticky", "session")]
    [InlineData("round_robin", "user")]
    public async Task Fifty_clients_cost_the_stock_and_one_session_each(string strategy, string isolation)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"strategy":"{{strategy}}","isolation":"{{isolation}}"}""");
        var clients = await ConnectAsync(gateway, server, 50);

        await CallAsync(clients, Calls);

        await AssertCountsAsync(gateway, server, upstream, Calls);
        Assert.True(upstream.Recorded.Handshakes <= 5 + 50 + 5, $"{upstream.Recorded.Handshakes} handshakes");
        Assert.Equal(50, gateway.Stats(server).Bound);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("round_robin")]
    [InlineData("least_connections")]
    [InlineData("sticky")]
    public async Task Fifty_clients_of_a_shared_server_cost_no_more_than_the_pools_size_at_most(string strategy)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"strategy":"{{strategy}}","isolation":"shared","size":3,"max_size":6}""");
        var clients = await ConnectAsync(gateway, server, 50);

        await CallAsync(clients, Calls);

        await AssertCountsAsync(gateway, server, upstream, Calls);
        Assert.True(upstream.Recorded.Handshakes <= 6, $"{upstream.Recorded.Handshakes} handshakes");
        Assert.True(gateway.Stats(server).ReuseRate > 0.9);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("""{"enabled":true,"strategy":"none"}""")]
    [InlineData("""{"enabled":false}""")]
    public async Task Without_a_stock_each_client_session_costs_one_session(string pool)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        var clients = await ConnectAsync(gateway, server, 50);

        await CallAsync(clients, Calls);

        await AssertCountsAsync(gateway, server, upstream, Calls);
        Assert.Equal(50, upstream.Recorded.Handshakes);
        foreach (var client in clients)
        {
            using var ended = await client.SendAsync(HttpMethod.Delete, null);
        }

        await upstream.Recorded.WhenSeenAsync("DELETE", 50, Cancelled);
        Assert.Equal(0, gateway.Stats(server).Total);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hundred_stateful_clients_at_once_are_all_served()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":5,"max_size":10}""");

        var clients = await ConnectAsync(gateway, server, 100);
        var counts = await Task.WhenAll(clients.Select(client => client.TextOfAsync("counter_increment")));

        Assert.All(counts, count => Assert.Equal("1", count));
        Assert.Equal(100, gateway.Stats(server).Bound);
        await gateway.UntilAsync(server, stats => stats.Available == 5);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_clients_of_a_stateless_server_share_the_pool()
    {
        await using var upstream = await TestUpstream.StartAsync(new TestUpstreamOptions { Kind = UpstreamKind.Stateless }, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var clients = await ConnectAsync(gateway, server, 50);

        await CallAsync(clients, Calls);

        Assert.True(upstream.Recorded.Handshakes <= 10, $"{upstream.Recorded.Handshakes} handshakes");
        Assert.Equal(0, gateway.Stats(server).Bound);
    }

    private static async Task<RawClient[]> ConnectAsync(TestGateway gateway, string server, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => gateway.Raw(server, $"user {i}").InitializeAsync()));

    /// <summary>Spreads the calls over the clients; each client makes its own one after the other.</summary>
    private static Task CallAsync(RawClient[] clients, int calls) => Task.WhenAll(clients.Select(async client =>
    {
        for (var i = 0; i < calls / clients.Length; i++)
        {
            await client.CallAsync("echo", """{"text":"x"}""");
        }
    }));

    private static async Task AssertCountsAsync(TestGateway gateway, string server, TestUpstream upstream, int calls)
    {
        await gateway.UntilAsync(server, stats => stats.Opening == 0 && stats.InFlight == 0);
        var stats = gateway.Stats(server);
        Assert.Equal(calls, upstream.Recorded.Count("tools/call"));
        Assert.Equal(upstream.Recorded.Handshakes, stats.Creates);
        Assert.Equal(stats.Acquisitions, stats.Releases);
        Assert.Equal(stats.Creates - stats.Destroys, stats.Total);

        // initialize and initialized are answered by the gateway, so each lease is one request upstream.
        Assert.Equal(calls, stats.Acquisitions);
    }
}
