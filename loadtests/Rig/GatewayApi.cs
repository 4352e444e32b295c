using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>The gateway's REST interface, as far as scenarios set it up and look at it.</summary>
internal sealed class GatewayApi : IDisposable
{
    /// <summary>The gateway answers a scrape for 300 ms with what it has just said: asked sooner, it would tell the past.</summary>
    private static readonly TimeSpan MetricsAreKept = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _http;

    public GatewayApi(Uri url, string token)
    {
        _http = new HttpClient { BaseAddress = url };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <param name="name">Unique.</param>
    /// <param name="upstream">Its MCP endpoint.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="more">Further members of the registration, as JSON: <c>"era": "legacy"</c>.</param>
    /// <returns>The new server's id.</returns>
    public async Task<string> AddServerAsync(string name, Uri upstream, CancellationToken cancellationToken, string more = "")
    {
        var json = $$"""{"name":"{{name}}","url":"{{upstream}}"{{(more.Length > 0 ? "," : "")}}{{more}}}""";
        var server = await SendAsync(HttpMethod.Post, "/servers", json, cancellationToken);
        return server.GetProperty("id").GetString()!;
    }

    /// <param name="name">Unique.</param>
    /// <param name="endpoints">Two or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The new server's id.</returns>
    public async Task<string> AddServerAsync(string name, IReadOnlyList<WeightedEndpoint> endpoints, CancellationToken cancellationToken)
    {
        var list = string.Join(',', endpoints.Select(endpoint => $$"""{"url":"{{endpoint.Url}}","weight":{{endpoint.Weight}}}"""));
        var server = await SendAsync(HttpMethod.Post, "/servers", $$"""{"name":"{{name}}","endpoints":[{{list}}],"era":"legacy"}""", cancellationToken);
        return server.GetProperty("id").GetString()!;
    }

    /// <summary>A server that is a program: each session is a process of its own.</summary>
    /// <returns>The new server's id.</returns>
    public async Task<string> AddStdioServerAsync(string name, string command, string[] arguments, CancellationToken cancellationToken)
    {
        var list = string.Join(',', arguments.Select(argument => $"\"{argument}\""));
        var json = $$"""{"name":"{{name}}","transport":"stdio","command":"{{command}}","args":[{{list}}]}""";
        var server = await SendAsync(HttpMethod.Post, "/servers", json, cancellationToken);
        return server.GetProperty("id").GetString()!;
    }

    public Task SetPoolAsync(string serverId, PoolSettings settings, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"/servers/{serverId}/pool/config", settings.ToJson(), cancellationToken);

    public Task<JsonElement> PoolStatsAsync(string serverId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/servers/{serverId}/pool/stats", null, cancellationToken);

    /// <summary>Returns when the pool has so many sessions open.</summary>
    public async Task WhenOpenAsync(string serverId, int sessions, CancellationToken cancellationToken)
    {
        while ((await PoolStatsAsync(serverId, cancellationToken)).GetProperty("total_sessions").GetInt32() < sessions)
        {
            await Task.Delay(Poll, cancellationToken);
        }
    }

    /// <summary>Replaces every session, and returns when as many as the pool holds at rest are open and no handshake runs.</summary>
    public async Task ResetPoolAsync(string serverId, int sessions, CancellationToken cancellationToken)
    {
        await SendAsync(HttpMethod.Post, $"/servers/{serverId}/pool/reset", null, cancellationToken);
        await WhenAtRestAsync(serverId, sessions, cancellationToken);
    }

    /// <summary>Returns when so many sessions at least are open and no handshake runs.</summary>
    /// <returns>How many are open.</returns>
    public async Task<int> WhenAtRestAsync(string serverId, int sessions, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stats = await PoolStatsAsync(serverId, cancellationToken);
            if (stats.GetProperty("opening").GetInt32() == 0 && stats.GetProperty("total_sessions").GetInt32() is var open && open >= sessions)
            {
                return open;
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    /// <summary>Returns when the pool has no request in flight: which is at once, or very soon.</summary>
    public async Task WhenNothingRunsAsync(string serverId, CancellationToken cancellationToken)
    {
        while ((await PoolStatsAsync(serverId, cancellationToken)).GetProperty("in_flight").GetInt32() > 0)
        {
            await Task.Yield();
        }
    }

    /// <summary>Bytes the gateway has allocated since it started; null if it does not tell.</summary>
    public async Task<double?> AllocatedBytesAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(MetricsAreKept, cancellationToken);
        return MetricsText.Sum(await _http.GetStringAsync("/metrics", cancellationToken), "dotnet_gc_heap_total_allocated_bytes_total");
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var answer = await _http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path} was answered {(int)answer.StatusCode}: {text}");
        }

        using var document = JsonDocument.Parse(text.Length == 0 ? "null" : text);
        return document.RootElement.Clone();
    }

    public void Dispose() => _http.Dispose();
}
