using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A client of 2024-11-05 by hand: its stream, event by event, and its POSTs.</summary>
internal sealed class LegacyRawClient : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly HttpResponseMessage _stream;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private LegacyRawClient(HttpClient http, HttpResponseMessage stream, Stream body)
    {
        (_http, _stream) = (http, stream);
        _events = SseParser.Create(body).EnumerateAsync(Cancelled).GetAsyncEnumerator(Cancelled);
    }

    /// <summary>Where messages go, as the first event said.</summary>
    public string Endpoint { get; private set; } = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<LegacyRawClient> OpenAsync(TestGateway gateway, string server, string user)
    {
        var http = gateway.Client(gateway.Token(user));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/servers/{server}/sse");
        request.Headers.Accept.ParseAdd("text/event-stream");
        var stream = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);
        var client = new LegacyRawClient(http, stream, await stream.Content.ReadAsStreamAsync(Cancelled));
        var (type, data) = await client.NextAsync();
        Assert.Equal("endpoint", type);
        client.Endpoint = data;
        return client;
    }

    public async Task<LegacyRawClient> InitializeAsync(string version = "2024-11-05")
    {
        await PostAsync($$$"""{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"{{{version}}}","capabilities":{},"clientInfo":{"name":"old","version":"1"} } }""");
        Assert.Contains("\"serverInfo\"", (await NextAsync()).Data, StringComparison.Ordinal);
        await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return this;
    }

    public async Task PostAsync(string body, int status = 202) => Assert.Equal(status, await StatusOfAsync(_http, body));

    public async Task<int> StatusOfAsync(HttpClient other, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await other.PostAsync(new Uri(Endpoint, UriKind.Relative), content, Cancelled);
        return (int)response.StatusCode;
    }

    /// <summary>The next event, comments passed over.</summary>
    public async Task<(string Type, string Data)> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync(), "the stream has ended");
        return (_events.Current.EventType, _events.Current.Data);
    }

    /// <summary>Whether the stream has no more events.</summary>
    public async Task<bool> EndsAsync() => !await _events.MoveNextAsync();

    public Task CallAsync(string tool, string arguments = "{}", string id = "1") =>
        PostAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""");

    public async Task<string> TextOfAsync(string tool, string arguments = "{}")
    {
        await CallAsync(tool, arguments);
        var answer = JsonNode.Parse((await NextAsync()).Data)!;
        return (string?)answer["result"]?["content"]?[0]?["text"] ?? answer.ToJsonString();
    }

    public ValueTask DisposeAsync()
    {
        _stream.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
