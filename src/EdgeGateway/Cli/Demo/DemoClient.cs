using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli.Demo;

/// <summary>The two REST calls of the setup guide, made to the gateway itself.</summary>
internal sealed class DemoClient : IDisposable
{
    /// <summary>The guide's own body.</summary>
    private const string PoolConfig = """
        {
          "enabled": true,
          "size": 5,
          "strategy": "round_robin",
          "min_size": 2,
          "max_size": 10,
          "timeout": 30,
          "max_idle_time": 3600,
          "auto_scale": true,
          "health_check_interval": 60,
          "rebalance_interval": 300
        }
        """;

    private readonly HttpClient _http;

    public DemoClient(string address, string token)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <returns>The new server's id.</returns>
    public async Task<string> RegisterAsync(string upstreamUrl, CancellationToken cancellationToken)
    {
        var body = $$"""{"name": "sample", "description": "echo, count and slow", "transport": "streamable_http", "url": "{{upstreamUrl}}"}""";
        var answer = await SendAsync(HttpMethod.Post, "/servers", body, cancellationToken);
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("id").GetString()!;
    }

    public Task EnablePoolAsync(string serverId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"/servers/{serverId}/pool/config", PoolConfig, cancellationToken);

    private async Task<string> SendAsync(HttpMethod method, string path, string body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? answer
            : throw new BootException(ExitCode.Runtime, $"The demo could not be set up: {method} {path} was answered {(int)response.StatusCode} {answer}");
    }

    public void Dispose() => _http.Dispose();
}
