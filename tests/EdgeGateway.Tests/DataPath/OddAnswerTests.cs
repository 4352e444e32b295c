using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Upstreams that answer strangely: the client always gets exactly one answer, and nothing stays behind.</summary>
public sealed class OddAnswerTests
{
    private const string Auto = """{"enabled":true}""";
    private const string User = """{"enabled":true,"isolation":"user"}""";
    private const string Shared = """{"enabled":true,"isolation":"shared","size":1,"max_size":1}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(Auto)]
    [InlineData(User)]
    [InlineData(Shared)]
    public async Task A_stream_that_ends_without_an_answer_ends_with_an_error_for_the_callers_id(string pool)
    {
        await using var upstream = await ScriptedUpstream.StartAsync((http, _) => ScriptedUpstream.EventsAsync(http));
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        using var client = await gateway.Raw(server).InitializeAsync();

        var answer = JsonNode.Parse(await client.CallAsync("x", id: "7"))!;

        Assert.Equal(7, (int)answer["id"]!);
        Assert.Equal("upstream_connection_lost", (string?)answer["error"]!["data"]!["reason"]);
        await NothingIsLeftAsync(gateway, server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Auto)]
    [InlineData(User)]
    [InlineData(Shared)]
    public async Task A_stream_that_stays_open_after_the_answer_does_not_hold_the_session(string pool)
    {
        await using var upstream = await ScriptedUpstream.StartAsync(async (http, body) =>
        {
            await ScriptedUpstream.EventsAsync(http, Answer(ScriptedUpstream.IdOf(body)));
            await ScriptedUpstream.HangAsync(http);
        });
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        using var client = await gateway.Raw(server).InitializeAsync();

        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(i, (int)JsonNode.Parse(await client.CallAsync("x", id: $"{i}"))!["id"]!);
        }

        await NothingIsLeftAsync(gateway, server);
        Assert.Equal(0, gateway.Stats(server).Destroys);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("\"a\\/b\"", "\"a/b\"")]
    [InlineData("\"caf\\u00e9\"", "\"café\"")]
    [InlineData("1.0", "1")]
    public async Task An_id_the_upstream_spells_differently_is_still_answered_once(string sent, string answered)
    {
        await using var upstream = await ScriptedUpstream.StartAsync((http, _) => ScriptedUpstream.EventsAsync(http, Answer(answered)));
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.PostAsync(Call(sent));
        var body = await response.Content.ReadAsStringAsync(Cancelled);

        Assert.Single(body.Split('\n'), line => line.StartsWith("data:", StringComparison.Ordinal));
        Assert.Contains("\"result\"", body, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(User)]
    [InlineData(Shared)]
    public async Task An_answer_given_twice_or_to_somebody_else_reaches_the_client_once(string pool)
    {
        await using var upstream = await ScriptedUpstream.StartAsync((http, body) =>
        {
            var id = ScriptedUpstream.IdOf(body);
            return ScriptedUpstream.EventsAsync(http, Answer("\"egw-somebody-else\""), Answer(id), Answer(id));
        });
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        using var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.PostAsync(Call("1"));
        var body = await response.Content.ReadAsStringAsync(Cancelled);

        var data = Assert.Single(body.Split('\n'), line => line.StartsWith("data:", StringComparison.Ordinal));
        Assert.Contains("\"id\":1", data, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Auto, 202)]
    [InlineData(Shared, 202)]
    [InlineData(Auto, 200)]
    [InlineData(Shared, 200)]
    public async Task A_request_taken_like_a_notification_is_a_502(string pool, int status)
    {
        await using var upstream = await ScriptedUpstream.StartAsync((http, _) =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        using var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.PostAsync(Call("1"));

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Contains("upstream_protocol", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        await NothingIsLeftAsync(gateway, server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Auto)]
    [InlineData(Shared)]
    public async Task A_JSON_answer_that_breaks_off_is_a_broken_transfer(string pool)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.CloseMidBody() with { On = "tools/call", Times = 1 });

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var response = await client.PostAsync(Call("1", "big"));
            await response.Content.ReadAsStringAsync(Cancelled);
        });
        await NothingIsLeftAsync(gateway, server);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_notification_answered_with_an_empty_stream_is_no_error()
    {
        await using var upstream = await ScriptedUpstream.StartAsync((http, _) => ScriptedUpstream.EventsAsync(http));
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.PostAsync("""{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}""");

        Assert.DoesNotContain("error", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_notification_that_is_never_taken_is_given_up_without_a_cancel()
    {
        await using var upstream = await ScriptedUpstream.StartAsync((http, body) => body.Contains("roots", StringComparison.Ordinal)
            ? ScriptedUpstream.HangAsync(http)
            : ScriptedUpstream.JsonAsync(http, Answer(ScriptedUpstream.IdOf(body))));
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, more: ""","request_timeout":1""");
        using var client = await gateway.Raw(server).InitializeAsync();

        using (var response = await client.PostAsync("""{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"""))
        {
            Assert.Equal(504, (int)response.StatusCode);
        }

        await client.CallAsync("x");
        Assert.DoesNotContain(upstream.Bodies, body => body.Contains("cancelled", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_the_client_cannot_resume_a_stream_it_gets_no_event_ids_and_an_answer()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, User);
        using var client = await gateway.Raw(server).InitializeAsync();
        upstream.Faults.Add(Fault.CloseMidBody() with { On = "tools/call", Times = 1 });

        using var response = await client.PostAsync(Call("1", "log"));
        var body = await response.Content.ReadAsStringAsync(Cancelled);

        Assert.DoesNotContain("\nid:", body, StringComparison.Ordinal);
        Assert.Contains("\"id\":1", body, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream_connection_lost", body, StringComparison.Ordinal);
    }

    private static async Task NothingIsLeftAsync(TestGateway gateway, string server)
    {
        await gateway.UntilAsync(server, stats => stats.InFlight == 0);
        Assert.Equal(0, gateway.Stats(server).Waiting);
        Assert.Equal(0, gateway.Stats(server).DoubleReleases);
    }

    private static string Answer(string id) => $$$"""{"jsonrpc":"2.0","id":{{{id}}},"result":{"content":[]} }""";

    private static string Call(string id, string tool = "x") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }""";
}
