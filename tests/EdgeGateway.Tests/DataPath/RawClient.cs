using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>An MCP client that sends exactly what a test says and hides nothing of the answer.</summary>
internal sealed class RawClient(HttpClient http, string path) : IDisposable
{
    public string? SessionId { get; set; }

    /// <summary>Sent with every request after initialize, as the specification wants from 2025-06-18 on.</summary>
    public string? ProtocolVersion { get; private set; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<RawClient> InitializeAsync(string version = "2025-11-25", string capabilities = "{}")
    {
        using var response = await PostAsync(
            $$$"""{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"{{{version}}}","capabilities":{{{capabilities}}},"clientInfo":{"name":"raw","version":"1"} } }""");
        Assert.True(response.IsSuccessStatusCode, $"initialize: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancelled)}");
        SessionId = response.Headers.GetValues("Mcp-Session-Id").Single();
        ProtocolVersion = version;
        using var initialized = await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        Assert.Equal(202, (int)initialized.StatusCode);
        return this;
    }

    public Task<HttpResponseMessage> PostAsync(string body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, body, headers);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (SessionId is not null)
        {
            request.Headers.Add("Mcp-Session-Id", SessionId);
        }

        if (ProtocolVersion is not null && !Array.Exists(headers, header => header.Name == "MCP-Protocol-Version"))
        {
            request.Headers.Add("MCP-Protocol-Version", ProtocolVersion);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    /// <summary>One tool call; the answer's bytes, with an event's framing taken off.</summary>
    public async Task<string> CallAsync(string tool, string arguments = "{}", string id = "1")
    {
        using var response = await PostAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}}}""");
        var body = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{tool}: {(int)response.StatusCode} {body}");
        return response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? LastData(body) : body;
    }

    /// <summary>The text of the first content of a call's result.</summary>
    public async Task<string> TextOfAsync(string tool, string arguments = "{}")
    {
        var answer = JsonNode.Parse(await CallAsync(tool, arguments))!;
        return (string?)answer["result"]?["content"]?[0]?["text"] ?? answer.ToJsonString();
    }

    public void Dispose() => http.Dispose();

    private static string LastData(string events) =>
        events.Split('\n').Last(line => line.StartsWith("data:", StringComparison.Ordinal))[5..].Trim();
}
