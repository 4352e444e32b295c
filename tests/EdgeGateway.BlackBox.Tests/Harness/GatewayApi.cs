using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>The REST interface as any HTTP client uses it.</summary>
internal sealed class GatewayApi : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http;

    public GatewayApi(Uri url, string token)
    {
        _http = new HttpClient { BaseAddress = url };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Registers a server and returns its id.</summary>
    public async Task<string> AddServerAsync(string name, Uri upstream, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(HttpMethod.Post, "/servers", $$"""{"name":"{{name}}","url":"{{upstream}}"}""", cancellationToken);
        return status == HttpStatusCode.Created
            ? body.GetProperty("id").GetString()!
            : throw new InvalidOperationException($"POST /servers answered {(int)status}: {body}");
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, cancellationToken);

    public Task<(HttpStatusCode Status, JsonElement Body)> PutAsync(string path, string json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, json, cancellationToken);

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string json, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, json, cancellationToken);

    public Task<(HttpStatusCode Status, JsonElement Body)> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>Asks again until the answer is as wanted; the test's token ends it, and the last answer is in the failure.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> wanted, CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(Poll);
        var last = "nothing";
        try
        {
            while (true)
            {
                var (status, body) = await GetAsync(path, cancellationToken);
                last = $"{(int)status} {body}";
                if (status == HttpStatusCode.OK && wanted(body))
                {
                    return body;
                }

                await pause.WaitForNextTickAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{path} never became what was waited for; last: {last}");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        using var document = JsonDocument.Parse(text.Length == 0 ? "null" : text);
        return (response.StatusCode, document.RootElement.Clone());
    }
}
