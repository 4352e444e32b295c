using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace EdgeGateway.Cli.Demo;

/// <summary>A small MCP server (Streamable HTTP, revision 2025-11-25, with sessions) for the demo to have something behind the gateway.</summary>
internal sealed class SampleUpstream : IAsyncDisposable
{
    private const string SessionHeader = "Mcp-Session-Id";

    /// <summary>Far above what a pool opens; a client that never ends its sessions must not fill the memory.</summary>
    private const int SessionsMax = 10_000;

    private static readonly string[] Revisions = ["2025-03-26", "2025-06-18", "2025-11-25"];

    private readonly ConcurrentDictionary<string, SampleSession> _sessions = new();
    private readonly TimeProvider _clock;
    private readonly WebApplication _app;

    private SampleUpstream(TimeProvider clock)
    {
        _clock = clock;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        // Ctrl-C is the gateway's: it still needs this server to close its sessions.
        builder.Services.AddSingleton<IHostLifetime, UntilDisposed>();
        _app = builder.Build();
        _app.MapMethods("/mcp", [HttpMethods.Post, HttpMethods.Delete], (RequestDelegate)HandleAsync);
    }

    /// <summary>Its MCP endpoint.</summary>
    public string Url => _app.Urls.First() + "/mcp";

    public static async Task<SampleUpstream> StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var upstream = new SampleUpstream(clock);
        await upstream._app.StartAsync(cancellationToken);
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var sessionId = context.Request.Headers[SessionHeader].ToString();
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            context.Response.StatusCode = _sessions.TryRemove(sessionId, out _) ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
            return;
        }
        try
        {
            using var message = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            await AnswerAsync(context, message.RootElement, sessionId);
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    private async Task AnswerAsync(HttpContext context, JsonElement message, string sessionId)
    {
        var method = SampleJson.Text(message, "method");
        var id = SampleJson.Member(message, "id");
        if (method == "initialize" && id.ValueKind != JsonValueKind.Undefined)
        {
            await InitializeAsync(context, message, id);
            return;
        }
        if (!_sessions.TryGetValue(sessionId, out var session))
        {
            context.Response.StatusCode = sessionId.Length == 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound;
            return;
        }
        if (id.ValueKind == JsonValueKind.Undefined)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }
        await (method switch
        {
            "ping" => SampleAnswer.ResultAsync(context, id, "{}"),
            "tools/list" => SampleAnswer.ResultAsync(context, id, SampleTools.List),
            "tools/call" => CallAsync(context, message, id, session),
            _ => SampleAnswer.ErrorAsync(context, id, -32601, "Method not found"),
        });
    }

    private Task InitializeAsync(HttpContext context, JsonElement message, JsonElement id)
    {
        if (_sessions.Count >= SessionsMax)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }
        var sessionId = Guid.NewGuid().ToString("N");
        _sessions[sessionId] = new SampleSession();
        context.Response.Headers[SessionHeader] = sessionId;
        var asked = SampleJson.Text(SampleJson.Member(message, "params"), "protocolVersion");
        var revision = Revisions.Contains(asked) ? asked : Revisions[^1];
        return SampleAnswer.ResultAsync(
            context, id, $$$"""{"protocolVersion":"{{{revision}}}","capabilities":{"tools":{}},"serverInfo":{"name":"sample","version":"1.0.0"}}""");
    }

    private async Task CallAsync(HttpContext context, JsonElement message, JsonElement id, SampleSession session)
    {
        var text = await SampleTools.CallAsync(session, SampleJson.Member(message, "params"), _clock, context.RequestAborted);
        await (text is null
            ? SampleAnswer.ErrorAsync(context, id, -32602, "Unknown tool")
            : SampleAnswer.TextAsync(context, id, text));
    }

    /// <summary>Listens to no signal.</summary>
    private sealed class UntilDisposed : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
