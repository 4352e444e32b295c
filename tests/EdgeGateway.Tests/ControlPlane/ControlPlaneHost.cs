using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay.Modern;
using EdgeGateway.Lifecycle;
using EdgeGateway.Lifecycle.Reload;
using EdgeGateway.Lifecycle.Tls;
using EdgeGateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>The control plane on a real Kestrel, with a database in a folder and upstreams without a network.</summary>
internal sealed class ControlPlaneHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _isStopped;

    private ControlPlaneHost(WebApplication app, FakeUpstreams upstreams, LogLines log, FakeTimeProvider clock)
    {
        _app = app;
        Upstreams = upstreams;
        Log = log;
        Clock = clock;
    }

    /// <summary>Sends the cookies a test names, not those an answer sets.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseCookies = false });

    public FakeUpstreams Upstreams { get; }

    public LogLines Log { get; }

    public FakeTimeProvider Clock { get; }

    /// <summary>What a reload finds; null for what was there at start.</summary>
    public Func<SettingsReport>? Reread { get; set; }

    public ReadyState Process => Services.GetRequiredService<ReadyState>();

    public IServiceProvider Services => _app.Services;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts a gateway on <paramref name="folder"/>; pooling is on unless <paramref name="pools"/> says otherwise.</summary>
    public static async Task<ControlPlaneHost> StartAsync(
        string folder, PoolDefaults? pools = null, int maxBodyBytes = 16 * 1024 * 1024, bool authRequired = false, Action<WebApplication>? more = null,
        bool ready = true, FakeTimeProvider? clock = null, Action<IServiceCollection>? services = null)
    {
        clock ??= new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        ControlPlaneHost? host = null;
        var upstreams = new FakeUpstreams();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services
            .AddSingleton(new GatewayOptions
            {
                DataFolder = folder,
                JwtSecretKey = new string('k', 32),
                AuthRequired = authRequired,
                MaxBodyBytes = maxBodyBytes,
                Pools = pools ?? new PoolDefaults { Enabled = true },
                Settings = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<string, string>(), dotEnv: null).Values,
            })
            .AddSingleton<LiveSettings>()
            .AddSingleton<SettingsRereader>(_ => new(() => host!.Reread?.Invoke()))
            .AddSingleton<ServedCertificate>()
            .AddSingleton<Reloader>()
            .AddSingleton(Supervisor.None)
            .AddSingleton<OriginPolicy>()
            .AddSingleton<JwtGate>()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<IUpstreamOpenerFactory>(upstreams)
            .AddSingleton<ReadyState>()
            .AddSingleton<ParkedCalls>()
            .AddControlPlane()
            .AddTelemetry();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        host = new ControlPlaneHost(app, upstreams, log, clock);
        app.UseProblems();
        app.MapControlPlane();
        more?.Invoke(app);
        await app.Services.GetRequiredService<SessionPoolManager>().InitializeAsync(Cancellation);
        await app.StartAsync(Cancellation);
        if (ready)
        {
            host.Process.MarkReady();
        }

        host.Client.BaseAddress = new Uri(app.Urls.Single());
        return host;
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, string? ifMatch = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        if (ifMatch is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation("If-Match", ifMatch));
        }

        using var response = await Client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return new Answer(
            response.StatusCode,
            text,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.ETag?.Tag,
            response.Headers.Location?.ToString());
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    public Task<Answer> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    /// <summary>Registers a server and gives its id.</summary>
    public async Task<string> RegisterAsync(string name = "weather", string more = "")
    {
        var answer = await PostAsync("/servers", $$"""{"name": "{{name}}", "url": "http://127.0.0.1:3001/mcp"{{more}}}""");
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return (string)answer.Json["id"]!;
    }

    /// <summary>Asks until the answer is as wanted. The limit is a count, not a time: a busy machine only takes longer.</summary>
    public async Task<JsonObject> GetUntilAsync(string path, Func<JsonObject, bool> wanted)
    {
        var answer = await GetAsync(path);
        for (var asked = 1; asked < 30_000; asked++)
        {
            if (answer.Status == HttpStatusCode.OK && wanted(answer.Json))
            {
                return answer.Json;
            }

            answer = await GetAsync(path);
        }

        throw new Xunit.Sdk.XunitException($"{path} never came to what was wanted; the last answer: {(int)answer.Status} {answer.Text}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_isStopped)
        {
            _isStopped = true;
            await _app.StopAsync(CancellationToken.None);
        }

        await _app.DisposeAsync();
    }
}

/// <summary>An HTTP answer, read.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, string? MediaType, string? ETag, string? Location)
{
    public JsonObject Json => (JsonObject)JsonNode.Parse(Text)!;

    /// <summary>Asserts a problem of this type and status; gives its errors as pointer → detail.</summary>
    public IReadOnlyDictionary<string, string> IsProblem(string slug, int status)
    {
        Assert.True((int)Status == status, $"{(int)Status}: {Text}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal("/problems/" + slug, (string)Json["type"]!);
        Assert.Equal(status, (int)Json["status"]!);
        Assert.NotEmpty((string)Json["title"]!);
        Assert.NotEmpty((string)Json["detail"]!);
        Assert.NotEmpty((string)Json["remedy"]!);
        Assert.NotEmpty((string)Json["trace_id"]!);
        Assert.DoesNotContain("Exception", Text);
        return Json["errors"] is JsonArray errors
            ? errors.ToDictionary(error => (string)error!["pointer"]!, error => (string)error!["detail"]!)
            : new Dictionary<string, string>();
    }
}
