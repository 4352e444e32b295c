using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>A server of revision 2026-07-28 and nothing else: it knows no initialize, and is strict about every header.</summary>
internal sealed class ModernUpstream : IAsyncDisposable
{
    private const string Version = "2026-07-28";
    private readonly WebApplication _app;

    private ModernUpstream()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public Uri Url => new(new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), "/mcp");

    /// <summary>Every request, as it came.</summary>
    public ConcurrentQueue<(string Body, IHeaderDictionary Headers)> Requests { get; } = new();

    /// <summary>The body of the last tool call. Behind it may come what the gateway asks for itself, whenever its pool wants a session.</summary>
    public string LastCall => Requests.Last(request => (string?)JsonNode.Parse(request.Body)?["method"] == "tools/call").Body;

    /// <summary>The tools, raw.</summary>
    public string Tools { get; set; } = """[{"name":"query","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}]""";

    /// <summary>The header that <c>query</c> insists on.</summary>
    public string Wanted { get; set; } = "Region";

    /// <summary>Completes when a request that hangs was given up by its client.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What a test wants in place of the usual answer to a method; false leaves it at that. Written by the test, read by each request.</summary>
    public Func<HttpContext, string, Task<bool>>? Instead { get; set; }

    public static async Task<ModernUpstream> StartAsync()
    {
        var upstream = new ModernUpstream();
        await upstream._app.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
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
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        Requests.Enqueue((body, http.Request.Headers));
        if (http.Request.Method != "POST")
        {
            http.Response.StatusCode = 405;
            return;
        }

        var message = JsonNode.Parse(body)!;
        var id = message["id"]!.ToJsonString();
        var method = (string)message["method"]!;
        var parameters = message["params"];
        var meta = parameters?["_meta"];
        if (http.Request.Headers["MCP-Protocol-Version"] != Version || (string?)meta?[$"io.modelcontextprotocol/protocolVersion"] != Version || http.Request.Headers["Mcp-Method"] != method)
        {
            await ErrorAsync(http, 400, id, -32020, "header mismatch");
            return;
        }

        if (Instead is { } instead && await instead(http, method))
        {
            return;
        }

        switch (method)
        {
            case "server/discover":
                await ResultAsync(http, id, $$$"""{"resultType":"complete","supportedVersions":["{{{Version}}}"],"capabilities":{"tools":{}},"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"modern","version":"1"}},"ttlMs":60000,"cacheScope":"public"}""");
                break;
            case "tools/list":
                await ResultAsync(http, id, $$"""{"resultType":"complete","tools":{{Tools}},"ttlMs":60000,"cacheScope":"public","unknown":1e2}""");
                break;
            case "tools/call":
                await CallAsync(http, id, parameters!);
                break;
            default:
                await ErrorAsync(http, 404, id, -32601, "Method not found");
                break;
        }
    }

    private async Task CallAsync(HttpContext http, string id, JsonNode parameters)
    {
        var region = parameters["arguments"] is { } given ? (string?)given["region"] : null;
        switch ((string?)parameters["name"])
        {
            case "query" when HeaderText(http, $"Mcp-Param-{Wanted}") != region:
                await ErrorAsync(http, 400, id, -32020, $"Mcp-Param-{Wanted}");
                break;
            case "greet" when parameters["inputResponses"] is null:
                await ResultAsync(http, id, """{"resultType":"input_required","inputRequests":{"who":{"method":"elicitation/create","params":{"message":"Your name?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}}},"requestState":"opaque"}""");
                break;
            case "greet":
                var name = (string?)parameters["inputResponses"]!["who"]!["content"]!["name"];
                await TextAsync(http, id, $"Hello {name}, {(string?)parameters["requestState"]}");
                break;
            case "announce":
                http.Response.ContentType = "text/event-stream";
                await http.Response.WriteAsync($$$"""
                    data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}

                    data: {"jsonrpc":"2.0","id":{{{id}}},"result":{"resultType":"complete","content":[]} }


                    """);
                break;
            case "hang":
                await using (http.RequestAborted.UnsafeRegister(_ => Cancelled.TrySetResult(), null))
                {
                    await Cancelled.Task;
                }

                break;
            default:
                await TextAsync(http, id, (string?)parameters["name"] ?? "");
                break;
        }
    }

    private static string HeaderText(HttpContext http, string name) => http.Request.Headers[name].ToString();

    private static Task TextAsync(HttpContext http, string id, string text) =>
        ResultAsync(http, id, $$"""{"resultType":"complete","content":[{"type":"text","text":"{{text}}"}]}""");

    private static Task ResultAsync(HttpContext http, string id, string result)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync($$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""");
    }

    private static Task ErrorAsync(HttpContext http, int status, string id, int code, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":{{{code}}},"message":"{{{message}}}"}}""");
    }
}
