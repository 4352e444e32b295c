using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>HTTP+SSE at the gateway's own door: whose stream it is, and what lives as long as it.</summary>
public sealed class LegacySseTests
{
    private static readonly TestUpstreamOptions Old = new() { ProtocolVersions = ["2024-11-05"] };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_clients_at_once_keep_their_own_state(bool oldServer)
    {
        await using var upstream = await TestUpstream.StartAsync(Old, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = oldServer ? await gateway.AddServerAsync(upstream.SseUrl, more: ",\"transport\":\"sse\"") : await gateway.AddServerAsync(upstream.Url);
        await using var first = await OpenAsync(gateway, server, "ada");
        await using var second = await OpenAsync(gateway, server, "ada");
        using var bob = await gateway.Raw(server, "bob").InitializeAsync("2024-11-05");

        for (var i = 1; i <= 20; i++)
        {
            var counts = await Task.WhenAll(first.TextOfAsync("counter_increment"), second.TextOfAsync("counter_increment"), bob.TextOfAsync("counter_increment"));
            Assert.Equal([$"{i}", $"{i}", $"{i}"], counts);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_of_one_user_is_unknown_to_another_and_at_another_server()
    {
        await using var upstream = await TestUpstream.StartAsync(Old, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var other = await gateway.AddServerAsync(upstream.Url);
        await using var ada = await OpenAsync(gateway, server, "ada");
        using var bob = gateway.Client(gateway.Token("bob"));
        const string Message = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

        Assert.StartsWith($"/servers/{server}/message?session=", ada.Endpoint, StringComparison.Ordinal);
        Assert.Equal(404, await ada.StatusOfAsync(bob, Message));
        using var own = gateway.Client(gateway.Token("ada"));
        Assert.Equal(404, await StatusAsync(own, ada.Endpoint.Replace(server, other, StringComparison.Ordinal), Message));
        Assert.Equal(404, await StatusAsync(own, ada.Endpoint[..^1], Message));
        using var nobody = new HttpClient { BaseAddress = gateway.Url };
        Assert.Equal(401, await ada.StatusOfAsync(nobody, Message));
        own.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        Assert.Equal(403, await ada.StatusOfAsync(own, Message));
        Assert.Equal("1", await ada.TextOfAsync("counter_increment"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_session_ends_with_the_stream()
    {
        await using var upstream = await TestUpstream.StartAsync(Old, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var client = await OpenAsync(gateway, server, "ada");
        await client.TextOfAsync("counter_increment");
        Assert.Equal(1, gateway.Stats(server).Bound);

        await client.DisposeAsync();

        await gateway.UntilAsync(server, stats => stats.Bound == 0);
        using var own = gateway.Client(gateway.Token("ada"));
        Assert.Equal(404, await StatusAsync(own, client.Endpoint, """{"jsonrpc":"2.0","method":"notifications/x"}"""));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_the_upstream_forgot_ends_the_stream(bool oldServer)
    {
        await using var upstream = await TestUpstream.StartAsync(Old, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = oldServer ? await gateway.AddServerAsync(upstream.SseUrl, more: ",\"transport\":\"sse\"") : await gateway.AddServerAsync(upstream.Url);
        await using var client = await OpenAsync(gateway, server, "ada");
        await client.CallAsync("slow", id: "\"waits\"");
        await upstream.Gate.WhenWaitingAsync(1, Cancelled);

        upstream.ForgetSessions();
        var (type, data) = await client.NextAsync();

        Assert.Equal("message", type);
        Assert.Contains("\"id\":\"waits\"", data, StringComparison.Ordinal);
        Assert.Contains("\"error\"", data, StringComparison.Ordinal);
        if (oldServer)
        {
            Assert.True(await client.EndsAsync());
            Assert.Equal(0, gateway.Stats(server).Bound);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_wrong_with_a_message_is_said_where_it_can_be_heard()
    {
        await using var upstream = await TestUpstream.StartAsync(Old, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        await using var client = await LegacyRawClient.OpenAsync(gateway, server, "ada");

        await client.PostAsync("no json", status: 400);
        await client.PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", status: 400);
        await client.PostAsync("""{"jsonrpc":"2.0","id":7,"method":"tools/list"}""");
        Assert.Contains("\"id\":7", (await client.NextAsync()).Data, StringComparison.Ordinal);
        await client.InitializeAsync();
        await client.PostAsync("""{"jsonrpc":"2.0","id":8,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{}}}""");
        Assert.Contains("initialized_twice", (await client.NextAsync()).Data, StringComparison.Ordinal);
        upstream.Faults.Add(Fault.Status(429) with { On = "tools/list", Times = 1 });
        await client.PostAsync("""{"jsonrpc":"2.0","id":"nine","method":"tools/list"}""");
        Assert.Contains("\"nine\"", (await client.NextAsync()).Data, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_sessions_are_shared_answers_still_find_their_client()
    {
        await using var upstream = await TestUpstream.StartAsync(Old, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.SseUrl, """{"enabled":true,"size":1,"max_size":1,"isolation":"shared"}""", ",\"transport\":\"sse\"");
        var clients = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => OpenAsync(gateway, server, $"user {i}")));

        var said = await Task.WhenAll(clients.Select((client, i) => client.TextOfAsync("echo", $$"""{"text":"{{i}}"}""")));

        Assert.Equal(["0", "1", "2", "3"], said);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private static async Task<LegacyRawClient> OpenAsync(TestGateway gateway, string server, string user) =>
        await (await LegacyRawClient.OpenAsync(gateway, server, user)).InitializeAsync();

    private static async Task<int> StatusAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancelled);
        return (int)response.StatusCode;
    }
}
