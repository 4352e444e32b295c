using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>An upstream that does the handshake by the rules and everything after it as one test says, however wrong.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<HttpContext, string, Task> _answer;
    private readonly bool _isStateful;

    private ScriptedUpstream(Func<HttpContext, string, Task> answer, bool isStateful)
    {
        _answer = answer;
        _isStateful = isStateful;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public Uri Url => new(new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/mcp");

    /// <summary>Every body POSTed, in order.</summary>
    public ConcurrentQueue<string> Bodies { get; } = new();

    /// <param name="answer">Answers everything but initialize, notifications/initialized and DELETE; the body is empty for a GET.</param>
    /// <param name="isStateful">Whether it issues session ids.</param>
    public static async Task<ScriptedUpstream> StartAsync(Func<HttpContext, string, Task> answer, bool isStateful = true)
    {
        var upstream = new ScriptedUpstream(answer, isStateful);
        await upstream._app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    /// <summary>The raw id of a request.</summary>
    public static string IdOf(string body) => JsonNode.Parse(body)!["id"]!.ToJsonString();

    public static async Task EventsAsync(HttpContext http, params string[] messages)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.StartAsync();
        await http.Response.Body.FlushAsync();
        foreach (var message in messages)
        {
            await http.Response.WriteAsync($"data: {message}\n\n");
            await http.Response.Body.FlushAsync();
        }
    }

    /// <summary>Neither answers nor ends until the caller goes away.</summary>
    public static async Task HangAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.UnsafeRegister(_ => gone.TrySetResult(), null);
        await gone.Task;
    }

    public static Task JsonAsync(HttpContext http, string message)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(message);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        if (body.Length > 0)
        {
            Bodies.Enqueue(body);
        }

        if (http.Request.Method == "DELETE")
        {
            return;
        }

        if (body.Contains("\"method\":\"initialize\"", StringComparison.Ordinal))
        {
            if (_isStateful)
            {
                http.Response.Headers["Mcp-Session-Id"] = Guid.NewGuid().ToString("N");
            }

            var version = (string)JsonNode.Parse(body)!["params"]!["protocolVersion"]!;
            await JsonAsync(http, $$$"""{"jsonrpc":"2.0","id":{{{IdOf(body)}}},"result":{"protocolVersion":"{{{version}}}","capabilities":{},"serverInfo":{"name":"scripted","version":"1"} } }""");
        }
        else if (body.Contains("notifications/initialized", StringComparison.Ordinal))
        {
            http.Response.StatusCode = 202;
        }
        else
        {
            await _answer(http, body);
        }
    }
}
