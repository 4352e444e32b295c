using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>No client ever sees what another one left in a session.</summary>
public sealed class IsolationTests
{
    public static TheoryData<string> Strategies => ["round_robin", "least_connections", "sticky", "none"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Strategies))]
    public async Task Two_clients_at_once_keep_their_own_state(string strategy)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"strategy":"{{strategy}}","isolation":"auto"}""");
        using var ada = await gateway.Raw(server, "ada").InitializeAsync();
        using var bob = await gateway.Raw(server, "bob").InitializeAsync();

        await Task.WhenAll(RememberAsync(ada, "ada's secret"), RememberAsync(bob, "bob's secret"));

        Assert.Equal("ada's secret", await ada.TextOfAsync("recall"));
        Assert.Equal("bob's secret", await bob.TextOfAsync("recall"));
        for (var i = 1; i <= 50; i++)
        {
            var counts = await Task.WhenAll(ada.TextOfAsync("counter_increment"), bob.TextOfAsync("counter_increment"));
            Assert.Equal([$"{i}", $"{i}"], counts);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Under_weighted_clients_spread_over_the_endpoints_and_keep_their_own_state()
    {
        await using var strong = await TestUpstream.StartAsync(new TestUpstreamOptions { Name = "strong" }, TestContext.Current.CancellationToken);
        await using var weak = await TestUpstream.StartAsync(new TestUpstreamOptions { Name = "weak" }, TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(
            $$"""[{"url":"{{strong.Url}}","weight":2},{"url":"{{weak.Url}}","weight":1}]""", """{"enabled":true,"strategy":"weighted","size":6}""");
        var clients = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => gateway.Raw(server, $"user {i}").InitializeAsync()));

        var counts = await Task.WhenAll(clients.Select(async (client, i) =>
        {
            await RememberAsync(client, $"secret {i}");
            Assert.Equal($"secret {i}", await client.TextOfAsync("recall"));
            await client.TextOfAsync("counter_increment");
            return await client.TextOfAsync("counter_increment");
        }));

        Assert.All(counts, count => Assert.Equal("2", count));
        Assert.True(strong.Recorded.Count("tools/call") > weak.Recorded.Count("tools/call"));
        Assert.True(weak.Recorded.Count("tools/call") > 0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto")]
    [InlineData("session")]
    public async Task Two_chats_of_one_user_keep_their_own_state(string isolation)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"isolation":"{{isolation}}"}""");
        using var first = await gateway.Raw(server, "ada").InitializeAsync();
        await RememberAsync(first, "of the first chat");
        using var second = await gateway.Raw(server, "ada").InitializeAsync();

        Assert.DoesNotContain("first", await second.TextOfAsync("recall"), StringComparison.Ordinal);

        // Ended sessions are not handed on either.
        using var ended = await first.SendAsync(HttpMethod.Delete, null);
        using var third = await gateway.Raw(server, "ada").InitializeAsync();
        Assert.DoesNotContain("first", await third.TextOfAsync("recall"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_of_one_user_is_unknown_to_another()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var ada = await gateway.Raw(server, "ada").InitializeAsync();
        using var bob = gateway.Raw(server, "bob");
        bob.SessionId = ada.SessionId;

        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Get, HttpMethod.Delete })
        {
            using var stolen = await bob.SendAsync(method, method == HttpMethod.Post ? """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""" : null);
            Assert.Equal(404, (int)stolen.StatusCode);
        }

        Assert.Equal("1", await ada.TextOfAsync("counter_increment"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_of_one_server_is_unknown_at_another()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var other = await gateway.AddServerAsync(upstream.Url);
        using var ada = await gateway.Raw(server, "ada").InitializeAsync();
        using var elsewhere = gateway.Raw(other, "ada");
        elsewhere.SessionId = ada.SessionId;

        using var response = await elsewhere.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        Assert.Equal(404, (int)response.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Callers_without_a_session_share_nothing_between_users_and_keep_their_own_state()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var ada = new RawClient(gateway.Client(gateway.Token("ada")), $"/servers/{server}/rpc");
        using var bob = new RawClient(gateway.Client(gateway.Token("bob")), $"/servers/{server}/rpc");

        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal($"{i}", await ada.TextOfAsync("counter_increment"));
            Assert.Equal($"{i}", await bob.TextOfAsync("counter_increment"));
        }

        Assert.True(gateway.Stats(server).Creates <= 7);
    }

    private static Task<string> RememberAsync(RawClient client, string text) => client.CallAsync("remember", $$"""{"text":"{{text}}"}""");
}
