using System.Net;
using System.Text;
using System.Text.Json;
using EdgeGateway.Cli.Demo;
using EdgeGateway.Tests.Authenticate;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class SampleUpstreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_client_lists_and_calls_its_tools_and_each_session_counts_for_itself()
    {
        await using var upstream = await SampleUpstream.StartAsync(Tokens.Clock(), Cancellation);
        await using var first = await ConnectAsync(upstream);
        await using var second = await ConnectAsync(upstream);

        Assert.Equal(["echo", "count", "slow"], (await first.ListToolsAsync(cancellationToken: Cancellation)).Select(tool => tool.Name));
        Assert.Equal("a \"quoted\" text", await CallAsync(first, "echo", new() { ["text"] = "a \"quoted\" text" }));
        Assert.Equal("1", await CallAsync(first, "count"));
        Assert.Equal("2", await CallAsync(first, "count"));
        Assert.Equal("1", await CallAsync(second, "count"));
    }

    [Fact]
    public async Task The_slow_tool_takes_the_time_it_was_given()
    {
        var clock = Tokens.Clock();
        using var parameters = JsonDocument.Parse("""{"name":"slow","arguments":{"seconds":3}}""");

        var call = SampleTools.CallAsync(new SampleSession(), parameters.RootElement, clock, Cancellation);
        clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("waited 3 s", await call);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.BadRequest)]
    [InlineData("unknown", HttpStatusCode.NotFound)]
    public async Task A_call_outside_a_session_is_refused_as_the_protocol_says(string? sessionId, HttpStatusCode expected)
    {
        await using var upstream = await SampleUpstream.StartAsync(Tokens.Clock(), Cancellation);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, upstream.Url)
        {
            Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json"),
        };
        if (sessionId is not null)
        {
            request.Headers.Add("Mcp-Session-Id", sessionId);
        }

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal(expected, answer.StatusCode);
    }

    private static Task<McpClient> ConnectAsync(SampleUpstream upstream) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(upstream.Url), TransportMode = HttpTransportMode.StreamableHttp }),
        cancellationToken: Cancellation);

    private static async Task<string> CallAsync(McpClient client, string tool, Dictionary<string, object?>? arguments = null) =>
        Assert.IsType<TextContentBlock>((await client.CallToolAsync(tool, arguments, cancellationToken: Cancellation)).Content.Single()).Text;
}
