using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Modern;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Many clients at once, each subscribed to a resource of its own: an update is heard by its subscriber and by nobody else, of its user neither.</summary>
public sealed class SubscriptionLeakTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public Task Clients_with_sessions_of_their_own_hear_of_their_own_resources(string strategy, int clients) => SubscribeAsync(strategy, clients, "auto");

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public Task Clients_whose_sessions_are_handed_on_hear_of_their_own_resources(string strategy, int clients) => SubscribeAsync(strategy, clients, "user");

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public Task Clients_whose_sessions_are_shared_hear_of_their_own_resources(string strategy, int clients) => SubscribeAsync(strategy, clients, "shared");

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public async Task Clients_without_sessions_hear_of_their_own_resources(string strategy, int clients)
    {
        await using var crowd = await Crowd.GatherAsync(strategy, clients);
        var all = Enumerable.Range(0, clients).Select(i => new ModernClient(crowd.Gateway.Raw(crowd.Server, UserOf(i)))).ToArray();
        var streams = await Task.WhenAll(all.Select(async (client, i) =>
        {
            var response = await client.SendAsync("subscriptions/listen", $$"""
                "notifications":{"toolsListChanged":true,"resourceSubscriptions":["{{UriOf(i)}}"]}
                """);
            var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
            Assert.Equal("notifications/subscriptions/acknowledged", (string?)(await NextAsync(stream))["method"]);
            return stream;
        }));

        await ChangeEverythingAsync(crowd, streams);

        // Two clients of one user listen through one session.
        Assert.Equal(clients / 2, crowd.Upstreams.Sum(upstream => upstream.Recorded.Count("GET")));
        foreach (var client in all)
        {
            client.Dispose();
        }
    }

    private static async Task SubscribeAsync(string strategy, int clients, string isolation)
    {
        await using var crowd = await Crowd.GatherAsync(strategy, clients, isolation);
        var all = await Task.WhenAll(Enumerable.Range(0, clients).Select(i => crowd.Gateway.Raw(crowd.Server, UserOf(i)).InitializeAsync()));
        var streams = await Task.WhenAll(all.Select(async (client, i) =>
        {
            var response = await client.SendAsync(HttpMethod.Get, null);
            Assert.Equal(200, (int)response.StatusCode);
            using var subscribed = await client.PostAsync($$$"""{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"{{{UriOf(i)}}}"}}""");
            Assert.Contains("\"result\"", await subscribed.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
            return new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));
        }));

        await ChangeEverythingAsync(crowd, streams);
        foreach (var client in all)
        {
            client.Dispose();
        }
    }

    /// <summary>Every resource changes, and then the lists, which is for everybody: what a client hears between is only its own.</summary>
    private static async Task ChangeEverythingAsync(Crowd crowd, StreamReader[] streams)
    {
        foreach (var upstream in crowd.Upstreams)
        {
            for (var i = streams.Length - 1; i >= 0; i--)
            {
                upstream.Touch(UriOf(i));
            }

            upstream.AnnounceListChanged("tools");
        }

        await Task.WhenAll(streams.Select(async (stream, i) =>
        {
            var update = await NextAsync(stream);
            Assert.Equal(("notifications/resources/updated", UriOf(i)), ((string?)update["method"], (string?)update["params"]?["uri"]));
            Assert.Equal("notifications/tools/list_changed", (string?)(await NextAsync(stream))["method"]);
        }));
    }

    private static async Task<JsonNode> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Length > 6)
            {
                return JsonNode.Parse(line[5..])!;
            }
        }

        throw new EndOfStreamException("the stream ended without an event");
    }

    /// <summary>Two clients to a user: a partition of two.</summary>
    private static string UserOf(int client) => $"user-{client / 2}";

    private static string UriOf(int client) => $"test://echo/mark-{client}-";
}
