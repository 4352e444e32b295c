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
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>The whole gateway on a real Kestrel at a free port, with a data folder of its own.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly GatewayOptions _options;
    private WebApplication _app;
    private TokenMinter _minter;

    private TestGateway(TempFolder folder, WebApplication app, GatewayOptions options, TimeProvider clock)
    {
        _folder = folder;
        (_app, _options, _minter) = (app, options, new TokenMinter(options, clock));
        Url = new Uri(ServeVerb.Address(app, options));
        Http = Client(Token("admin", admin: true));
    }

    /// <summary>Another after each restart.</summary>
    public Uri Url { get; private set; }

    /// <summary>An admin's client, relative to <see cref="Url"/>.</summary>
    public HttpClient Http { get; private set; }

    public string DataFolder => _folder.Path;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<TestGateway> StartAsync(Func<GatewayOptions, GatewayOptions>? change = null)
    {
        var folder = new TempFolder();
        var options = new GatewayOptions
        {
            Port = 0,
            DataFolder = folder.Path,
            JwtSecretKey = "a secret for tests only, long enough for HS256",
            LogLevel = LogLevel.Warning,
            DrainTimeout = TimeSpan.FromSeconds(2),
            Pools = new PoolDefaults { Enabled = true },
        };
        options = change?.Invoke(options) ?? options;
        var app = GatewayHost.Build(options, TimeProvider.System);
        await app.StartAsync(Cancelled);
        return new TestGateway(folder, app, options, TimeProvider.System);
    }

    /// <summary>Ends it in order and starts it again on the same data folder, at another port.</summary>
    /// <param name="between">What is done to the data folder meanwhile.</param>
    /// <param name="later">How much later it starts, by its own clock.</param>
    public async Task RestartAsync(Action<string>? between = null, TimeSpan later = default)
    {
        Http.Dispose();
        await _app.StopAsync(Cancelled);
        await _app.DisposeAsync();
        between?.Invoke(_folder.Path);
        var clock = new LaterClock(later);
        _app = GatewayHost.Build(_options, clock);
        await _app.StartAsync(Cancelled);
        _minter = new TokenMinter(_options, clock);
        Url = new Uri(ServeVerb.Address(_app, _options));
        Http = Client(Token("admin", admin: true));
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
    public Task<string> AddServerAsync(string endpoints, string pool, string more = "") => AddAsync($"\"endpoints\":{endpoints}{more}", pool);

    /// <summary>As the other, with a local command: the members of the server's document besides its name.</summary>
    public Task<string> AddStdioServerAsync(string members, string? pool = """{"enabled":true,"size":2}""") =>
        AddAsync($"\"transport\":\"stdio\",{members}", pool);

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

    /// <summary>A caller of one user that holds no client session.</summary>
    public RawClient Rpc(string serverId, string user) => new(Client(Token(user)), $"/servers/{serverId}/rpc");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
