using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What the session that takes a lost one's place is told, and what becomes of the messages that found it lost.</summary>
public sealed class LostSessionTests
{
    private const string List = """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Ten_requests_that_find_it_lost_at_once_lead_to_one_initialized_that_comes_first()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync(capabilities: """{"roots":{}}""");

        // What is still being opened would be there before the first request knows of the loss, and be pinged before it serves.
        await gateway.UntilAsync(server, stats => stats is { Opening: 0, Available: 5 });
        upstream.ForgetSessions();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PostAsync(List)));

        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        var session = upstream.Recorded.Last("tools/list").SessionId;
        var messages = upstream.Recorded.Recent.Where(request => request.SessionId == session).Select(request => request.Label).ToArray();
        Assert.Equal("notifications/initialized", messages[0]);
        Assert.Single(messages, "notifications/initialized");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_request_that_finds_the_new_session_waits_until_that_knows_its_client_is_ready()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync(capabilities: """{"roots":{}}""");
        await gateway.UntilAsync(server, stats => stats is { Opening: 0, Available: 5 });
        upstream.ForgetSessions();
        upstream.Faults.Add(Fault.Hang() with { On = "notifications/initialized" });

        var first = client.PostAsync(List);
        await upstream.Recorded.WhenSeenAsync(request => request.Label == "initialize" && request.BodyText.Contains("roots"), 2, Cancelled);
        var second = client.PostAsync(List);
        for (var roundTrip = 0; roundTrip < 20; roundTrip++)
        {
            using (await client.PostAsync("""{"jsonrpc":"2.0","id":3,"method":"ping"}"""))
            {
                Assert.False(second.IsCompleted);
            }
        }

        upstream.Faults.Hold.Open();

        using var answered = await first;
        using var waited = await second;
        Assert.Equal(200, (int)answered.StatusCode);
        Assert.Equal(200, (int)waited.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Initialized_reaches_the_upstream_once_however_often_the_client_sends_it()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync(capabilities: """{"roots":{}}""");

        using (var again = await client.PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""))
        {
            Assert.Equal(202, (int)again.StatusCode);
        }

        using (await client.PostAsync(List))
        {
        }

        var session = upstream.Recorded.Last("tools/list").SessionId;
        Assert.Single(upstream.Recorded.Recent, request => request.SessionId == session && request.Label == "notifications/initialized");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_batch_that_finds_a_clean_session_lost_is_answered_by_the_next()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync("2025-03-26");
        upstream.ForgetSessions();

        using var response = await client.PostAsync($"[{List}]");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(2, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))![0]!["id"]!);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("2025-03-26", """{"enabled":true}""", 202)]
    [InlineData("2025-03-26", """{"enabled":true,"isolation":"user"}""", 400)]
    [InlineData("2025-06-18", """{"enabled":true}""", 400)]
    public async Task A_batch_of_notifications_is_taken_where_batches_are(string version, string pool, int status)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        using var client = await gateway.Raw(server).InitializeAsync(version);

        using var response = await client.PostAsync("""[{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}]""");

        Assert.Equal(status, (int)response.StatusCode);
    }
}
