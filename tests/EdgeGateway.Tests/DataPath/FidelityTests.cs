using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What the gateway need not touch passes byte for byte, both ways (protocol.md section 2).</summary>
public sealed class FidelityTests
{
    /// <summary>Unknown members, odd order and spacing, escapes, numbers no double holds, and every spelling of a slash.</summary>
    private const string OddArguments =
        """{ "z" : 1, "a":{"é":"\u00e9\/\"\\","n":123456789012345678901234567890.10e+5, "deep":[[[{"id":"not the id"}]]]},  "emoji":"😀\ud83d\ude00" ,"empty":{ },"x":[ ]}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("1")]
    [InlineData("\"egw-like\"")]
    [InlineData("9007199254740993")]
    public async Task A_request_on_a_session_of_the_clients_own_passes_untouched(string id)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        var body = $$$"""{"params":{"arguments":{{{OddArguments}}},"name":"verbatim","_meta":{"x.y/z":1}} ,"extra":null,"jsonrpc":"2.0",  "id":{{{id}}},"method":"tools/call"}""";
        upstream.VerbatimResult = $$"""{"content":[],"odd":{{OddArguments}} }""";

        using var response = await client.PostAsync(body);
        var direct = await DirectAnswerAsync(upstream, body);

        Assert.Equal(body, upstream.Recorded.Recent.Where(r => r.Label == "tools/call").First().BodyText);
        Assert.Equal(direct, await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("1")]
    [InlineData("-7")]
    [InlineData("\"caf\\u00e9\"")]
    [InlineData("9007199254740993")]
    public async Task On_a_shared_session_only_the_id_differs_upstream_and_comes_back_as_the_client_wrote_it(string id)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared"}""");
        using var client = await gateway.Raw(server).InitializeAsync();
        string Body(string idAsSent) =>
            $$$"""{"params":{"arguments":{{{OddArguments}}},"name":"verbatim"} ,"jsonrpc":"2.0",  "id":{{{idAsSent}}},"method":"tools/call"}""";
        upstream.VerbatimResult = $$"""{"content":[],"id":"inner","odd":{{OddArguments}} }""";

        using var response = await client.PostAsync(Body(id));
        var answer = await response.Content.ReadAsStringAsync(Cancelled);
        var seen = upstream.Recorded.Last("tools/call");

        Assert.StartsWith("\"egw-", seen.RawId, StringComparison.Ordinal);
        Assert.Equal(Body(seen.RawId!), seen.BodyText);
        Assert.Equal((await DirectAnswerAsync(upstream, Body("\"probe\""))).Replace("\"id\":\"probe\"", $"\"id\":{id}", StringComparison.Ordinal), answer);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_large_answer_streams_through_both_kinds_of_session()
    {
        const int Bytes = 5_000_000;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        foreach (var isolation in new[] { "session", "shared" })
        {
            var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"isolation":"{{isolation}}"}""");
            using var client = await gateway.Raw(server).InitializeAsync();

            var answer = JsonNode.Parse(await client.CallAsync("big", $$"""{"bytes":{{Bytes}}}""", id: "\"large\""))!;

            Assert.Equal("large", (string?)answer["id"]);
            Assert.Equal(Bytes, ((string)answer["result"]!["content"]![0]!["text"]!).Length);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_gateways_own_token_never_reaches_the_upstream()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, more: ""","auth":{"type":"bearer","token":"the-upstreams-own"}""");
        using var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", ("Cookie", "c=1"), ("Origin", "http://localhost:5173"), ("X-Custom", "mine"));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.All(upstream.Recorded.Recent, request =>
        {
            Assert.Equal("Bearer the-upstreams-own", request.Headers["authorization"]);
            Assert.DoesNotContain("cookie", request.Headers.Keys);
            Assert.DoesNotContain("origin", request.Headers.Keys);
            Assert.DoesNotContain("x-custom", request.Headers.Keys);
            Assert.Equal(upstream.Url.Authority, request.Headers["host"]);
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task Passed_through_headers_isolate_by_user_and_by_value()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(
            upstream.Url, """{"enabled":true,"isolation":"shared"}""", ""","passthrough_headers":["authorization","x-tenant"]""");
        using var ada = new RawClient(gateway.Client(gateway.Token("ada")), $"/servers/{server}/rpc");
        using var bob = new RawClient(gateway.Client(gateway.Token("bob")), $"/servers/{server}/rpc");
        const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{}}}""";

        foreach (var (client, tenant) in new[] { (ada, "one"), (ada, "two"), (bob, "one") })
        {
            using var response = await client.PostAsync(Call, ("X-Tenant", tenant));
            Assert.Equal(200, (int)response.StatusCode);
        }

        var calls = upstream.Recorded.Recent.Where(r => r.Label == "tools/call").ToArray();
        Assert.Equal(3, calls.Select(call => call.SessionId).Distinct().Count());
        Assert.Equal(["one", "two", "one"], calls.Select(call => call.Headers["x-tenant"]));
        Assert.Equal(2, calls.Select(call => call.Headers["authorization"]).Distinct().Count());
    }

    private static async Task<string> DirectAnswerAsync(TestUpstream upstream, string body)
    {
        using var http = new HttpClient();
        using var client = new RawClient(http, upstream.Url.ToString());
        await client.InitializeAsync();
        using var response = await client.PostAsync(body);
        return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(Cancelled));
    }
}
