using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>A real HTTP server that does what the test says and writes down what it was sent.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpTransport _http = TestTransport.New();

    private ScriptedUpstream(WebApplication app) => _app = app;

    public sealed record Received(string Method, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }

    public ConcurrentQueue<Received> Requests { get; } = [];

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/mcp");

    public static async Task<ScriptedUpstream> StartAsync(Func<HttpContext, Received, Task> script, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var upstream = new ScriptedUpstream(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var received = new Received(context.Request.Method, headers, await reader.ReadToEndAsync(context.RequestAborted));
            upstream.Requests.Enqueue(received);
            await script(context, received);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    /// <summary>Answers initialize with a session and this revision, and everything else as the test says.</summary>
    public static Task<ScriptedUpstream> StartAfterHandshakeAsync(
        Func<HttpContext, Received, Task> script,
        string? sessionId = "s-1",
        string protocolVersion = "2025-06-18") =>
        StartAsync((context, received) =>
        {
            if (received.Body.Contains("\"initialize\""))
            {
                if (sessionId is not null)
                    context.Response.Headers["Mcp-Session-Id"] = sessionId;
                return context.AnswerAsync(200, "application/json", InitializeResult(protocolVersion));
            }

            return received.Body.Contains("notifications/initialized") ? context.AnswerAsync(202) : script(context, received);
        });

    public static string InitializeResult(string protocolVersion) =>
        """{"jsonrpc":"2.0","id":"egw-init","result":{"protocolVersion":"VERSION","capabilities":{},"serverInfo":{"name":"t","version":"1"}}}"""
            .Replace("VERSION", protocolVersion);

    public StreamableHttpConnector Connector(params KeyValuePair<string, string>[] authHeaders) => new(_http, Url, authHeaders, TimeProvider.System);

    public StreamableHttpConnector Connector(TimeProvider clock) => new(_http, Url, [], clock);

    public async ValueTask<UpstreamSession> ConnectAsync(string capabilities = "{}", params KeyValuePair<string, string>[] headers) =>
        await Connector().ConnectAsync(new Handshake("2025-11-25", capabilities, headers), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
