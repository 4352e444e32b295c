using System.Text;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.TestUpstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A message that takes the short way is answered like one that takes the pipeline.</summary>
public sealed class MessageLaneTests
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/servers/a1/mcp", true)]
    [InlineData("/servers//mcp", false)]
    [InlineData("/servers/mcp", false)]
    [InlineData("/servers/a1/x/mcp", false)]
    [InlineData("/servers/a1/mcp/", false)]
    [InlineData("/Servers/a1/mcp", false)]
    [InlineData("/servers/a1/MCP", false)]
    [InlineData("/servers/a1/rpc", false)]
    [InlineData("/servers/", false)]
    [InlineData("/", false)]
    [InlineData("", false)]
    public void It_is_for_one_address(string path, bool isMcp)
    {
        Assert.Equal(isMcp, ServerPath.IsMcp(path));
    }

    [Theory]
    [InlineData("POST", null, true)]
    [InlineData("POST", "http://localhost", false)]
    [InlineData("GET", null, false)]
    [InlineData("DELETE", null, false)]
    [InlineData("OPTIONS", "http://localhost", false)]
    public void It_is_for_messages_that_come_from_no_browser(string method, string? origin, bool takes)
    {
        var request = new HttpRequestFeature { Method = HttpMethods.GetCanonicalizedValue(method), Path = "/servers/a1/mcp" };
        request.Headers.Origin = origin;
        Assert.Equal(takes, MessageLane.Takes(request));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/servers/{id}/mcp", "application/json", Call, true)]
    [InlineData("/servers/{id}/mcp", "application/json", "{", true)]
    [InlineData("/servers/{id}/mcp", "application/json", "", true)]
    [InlineData("/servers/{id}/mcp", "text/plain", Call, true)]
    [InlineData("/servers/{id}/mcp", "application/json", Call, false)]
    [InlineData("/servers/none/mcp", "application/json", Call, true)]
    [InlineData("/servers/none/mcp", "application/json", Call, false)]
    public async Task Both_ways_give_the_same_answer(string path, string contentType, string body, bool hasToken)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared","size":1}""");
        using var http = gateway.Client(hasToken ? gateway.Token("ada") : "wrong");
        var session = hasToken ? (await gateway.Raw(server, "ada").InitializeAsync()).SessionId : "none";

        var lane = await AskAsync(null);
        var pipeline = await AskAsync("http://localhost");

        Assert.Equal(pipeline, lane);

        async Task<string> AskAsync(string? origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path.Replace("{id}", server, StringComparison.Ordinal));
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
            request.Headers.Add("Accept", "application/json, text/event-stream");
            request.Headers.Add("Mcp-Session-Id", session);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var response = await http.SendAsync(request, Cancelled);
            var headers = response.Headers.Concat(response.Content.Headers)
                .Where(header => header.Key is not ("Date" or "Vary") && !header.Key.StartsWith("Access-Control", StringComparison.Ordinal))
                .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
            return $"{(int)response.StatusCode}\n{string.Join('\n', headers.Order())}\n{await response.Content.ReadAsStringAsync(Cancelled)}";
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_users_on_one_connection_are_told_apart()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared","size":1}""");
        var (ada, bob) = (gateway.Token("ada"), gateway.Token("bob"));
        var session = (await gateway.Raw(server, "ada").InitializeAsync()).SessionId;
        using var http = gateway.Client(ada); // a proxy in front may send everybody's requests down one connection

        for (var round = 0; round < 5; round++)
        {
            Assert.Equal((200, 404, 200), (await AskAsync(ada), await AskAsync(bob), await AskAsync(ada)));
        }

        async Task<int> AskAsync(string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{server}/mcp");
            request.Headers.Authorization = new("Bearer", token);
            request.Content = new StringContent(Call, Encoding.UTF8, "application/json");
            request.Headers.Add("Accept", "application/json, text/event-stream");
            request.Headers.Add("Mcp-Session-Id", session);
            using var response = await http.SendAsync(request, Cancelled);
            await response.Content.ReadAsByteArrayAsync(Cancelled);
            return (int)response.StatusCode;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_small_answer_says_how_long_it_is()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared","size":1}""");
        var client = await gateway.Raw(server).InitializeAsync();

        using var response = await client.PostAsync(Call);

        Assert.True(response.Content.Headers.Contains("Content-Length"));
        Assert.Equal(response.Content.Headers.ContentLength, (await response.Content.ReadAsByteArrayAsync(Cancelled)).Length);
    }
}
