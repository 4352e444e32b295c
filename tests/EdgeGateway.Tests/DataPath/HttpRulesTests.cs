using System.Net.Http.Headers;
using System.Text;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What HTTP itself demands at the MCP endpoints: methods, content types, preflights.</summary>
public sealed class HttpRulesTests
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("application/json", 200)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("Application/JSON ;charset=\"UTF-8\"", 200)]
    [InlineData("application/json-patch", 415)]
    [InlineData("application/json-patch+json", 415)]
    [InlineData("application/jsonp", 415)]
    [InlineData("text/json", 415)]
    [InlineData("text/plain; charset=application/json", 415)]
    [InlineData(null, 415)]
    public async Task Only_JSON_is_taken(string? contentType, int status)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Initialize));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await gateway.Http.PostAsync(new Uri($"/servers/{server}/mcp", UriKind.Relative), content, Cancelled);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://evil.example", false)]
    public async Task A_preflight_needs_no_token_and_is_granted_to_allowed_origins_alone(string origin, bool granted)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var browser = new HttpClient { BaseAddress = gateway.Url };
        using var preflight = new HttpRequestMessage(HttpMethod.Options, $"/servers/{server}/mcp");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "DELETE");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,mcp-session-id,mcp-protocol-version,last-event-id");

        using var response = await browser.SendAsync(preflight, Cancelled);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(granted, response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(granted, response.Headers.Contains("Access-Control-Allow-Headers"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_browser_may_read_the_session_id_and_what_is_wrong_with_its_token()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = gateway.Raw(server);

        using var response = await client.PostAsync(Initialize, ("Origin", "http://localhost:5173"));

        var exposed = string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers"));
        Assert.Contains("Mcp-Session-Id", exposed, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate", exposed, StringComparison.Ordinal);
        Assert.Contains("Retry-After", exposed, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("mcp", "HEAD")]
    [InlineData("mcp", "PUT")]
    [InlineData("mcp", "PATCH")]
    [InlineData("rpc", "GET")]
    [InlineData("rpc", "HEAD")]
    [InlineData("rpc", "DELETE")]
    public async Task Other_methods_are_a_405_that_names_the_allowed_ones(string door, string method)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/servers/{server}/{door}");

        using var response = await gateway.Http.SendAsync(request, Cancelled);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Contains("POST", response.Content.Headers.Allow);
        Assert.Equal(door == "mcp", response.Content.Headers.Allow.Contains("DELETE"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("text/event-stream", 200)]
    [InlineData("application/json", 406)]
    [InlineData("", 406)]
    public async Task A_stream_is_opened_for_who_accepts_events(string accept, int status)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        using var http = gateway.Client(gateway.Token("admin", admin: true));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/servers/{server}/mcp");
        request.Headers.Add("Mcp-Session-Id", client.SessionId);
        if (accept.Length > 0)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);

        Assert.Equal(status, (int)response.StatusCode);
    }
}
