using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.Storage;
using EdgeGateway.Tests.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>The whole gateway on a real Kestrel at a free port, with a data folder of its own.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly WebApplication _app;
    private readonly TokenMinter _minter;

    private TestGateway(TempFolder folder, WebApplication app, GatewayOptions options)
    {
        _folder = folder;
        _app = app;
        _minter = new TokenMinter(options, TimeProvider.System);
        Url = new Uri(ServeVerb.Address(app, options));
        Http = Client(Token("admin", admin: true));
    }

    public Uri Url { get; }

    /// <summary>An admin's client, relative to <see cref="Url"/>.</summary>
    public HttpClient Http { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<TestGateway> StartAsync(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        var folder = new TempFolder();
        var options = new GatewayOptions
        {
            Port = 0,
            DataFolder = folder.Path,
            JwtSecretKey = "a secret for tests only, long enough for HS256",
            DrainTimeout = TimeSpan.FromSeconds(2),
            Pools = new PoolDefaults { Enabled = true },
        };
        options = change?.Invoke(options) ?? options;
        var app = GatewayHost.Build(options, TimeProvider.System);
        await app.StartAsync(Cancelled);
        return new TestGateway(folder, app, options);
    }

    public string Token(string subject, bool admin = false, string? serverId = null, params string[] scopes) =>
        _minter.Mint(new TokenRequest(subject, TimeSpan.FromHours(1)) { Admin = admin, Scopes = scopes, ServerId = serverId });

    /// <summary>A client of one user.</summary>
    public HttpClient Client(string token)
    {
        var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Registers an upstream and, unless <paramref name="pool"/> is null, enables its pool and waits until it is warm.</summary>
    /// <returns>The server's id.</returns>
    public Task<string> AddServerAsync(Uri upstream, string? pool = """{"enabled":true}""", string more = "") =>
        AddAsync($"\"url\":\"{upstream}\"{more}", pool);

    /// <summary>As the other, with several endpoints: a JSON array.</summary>
    public Task<string> AddServerAsync(string endpoints, string pool) => AddAsync($"\"endpoints\":{endpoints}", pool);

    private async Task<string> AddAsync(string members, string? pool)
    {
        var name = Guid.NewGuid().ToString("N");
        var server = await SendAsync(HttpMethod.Post, "/servers", $$"""{"name":"{{name}}",{{members}}}""");
        var id = (string)server["id"]!;
        if (pool is not null)
        {
            await SendAsync(HttpMethod.Put, $"/servers/{id}/pool/config", pool);
            await UntilAsync(id, stats => stats.Status != PoolStatus.Warming);
        }

        return id;
    }

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public PoolStats Stats(string serverId) => _app.Services.GetRequiredService<RoutingTable>().Find(serverId)!.Pool.Stats();

    /// <summary>Completes when the pool stands as wanted; the test's own timeout is the limit.</summary>
    public async Task UntilAsync(string serverId, Func<PoolStats, bool> wanted)
    {
        while (!wanted(Stats(serverId)))
        {
            Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public McpTarget Target(string serverId, Dialect dialect, string user = "admin") =>
        McpTarget.WithToken(new Uri(Url, $"/servers/{serverId}/mcp"), dialect, Token(user, admin: user == "admin"));

    /// <summary>A bare client session of one user, for tests that look at bytes.</summary>
    public RawClient Raw(string serverId, string user = "admin") => new(Client(Token(user)), $"/servers/{serverId}/mcp");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
