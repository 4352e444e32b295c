using System.Net.Http.Headers;
using System.Text;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>MCP by hand over HttpClient: for what the SDK will not send, and to see bytes and headers.</summary>
internal sealed class RawMcp(Uri url, string? bearer = null) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public string? SessionId { get; set; }

    public string? ProtocolVersion { get; set; }

    public string Accept { get; set; } = "application/json, text/event-stream";

    public static async Task<RawMcp> ConnectAsync(Uri url, CancellationToken cancellationToken, string? bearer = null)
    {
        var raw = new RawMcp(url, bearer);
        using var answer = await raw.InitializeAsync(cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var initialized = await raw.PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", cancellationToken);
        initialized.EnsureSuccessStatusCode();
        return raw;
    }

    public async Task<HttpResponseMessage> InitializeAsync(CancellationToken cancellationToken, string version = "2025-11-25", string capabilities = "{}")
    {
        var body = $$$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{{version}}}","capabilities":{{{capabilities}}},"clientInfo":{"name":"raw","version":"1"} }}""";
        var answer = await PostAsync(body, cancellationToken);
        SessionId = answer.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? ids.Single() : null;
        ProtocolVersion = version;
        return answer;
    }

    public Task<HttpResponseMessage> PostAsync(string body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, body, lastEventId: null, cancellationToken);

    public Task<HttpResponseMessage> CallAsync(string tool, string rawArguments, CancellationToken cancellationToken) =>
        PostAsync($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{{{rawArguments}}},"name":"{{{tool}}}"}}""", cancellationToken);

    /// <summary>Returns when the headers are there; the body of an SSE stream is still to be read.</summary>
    public Task<HttpResponseMessage> GetAsync(string? lastEventId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, body: null, lastEventId, cancellationToken);

    public Task<HttpResponseMessage> DeleteAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, body: null, lastEventId: null, cancellationToken);

    public void Dispose() => _http.Dispose();

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string? body, string? lastEventId, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        Add(request.Headers, "Mcp-Session-Id", SessionId);
        Add(request.Headers, "MCP-Protocol-Version", ProtocolVersion);
        Add(request.Headers, "Last-Event-ID", lastEventId);
        Add(request.Headers, "Authorization", bearer is null ? null : $"Bearer {bearer}");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static void Add(HttpRequestHeaders headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.TryAddWithoutValidation(name, value);
        }
    }
}
