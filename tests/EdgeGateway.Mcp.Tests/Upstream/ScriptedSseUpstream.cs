using System.Text.Json;
using System.Threading.Channels;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;
using Microsoft.AspNetCore.Http;
using static EdgeGateway.Mcp.Tests.Upstream.ScriptedUpstream;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>A 2024-11-05 server for one session: its stream says what the test puts there, its POSTs do what the test says.</summary>
internal sealed class ScriptedSseUpstream : IAsyncDisposable
{
    private readonly Channel<string> _stream = Channel.CreateUnbounded<string>();
    private readonly HttpTransport _http = TestTransport.New();
    private readonly TaskCompletionSource _closed = new();
    private ScriptedUpstream _server = null!;

    public IEnumerable<Received> Posted => _server.Requests.Where(request => request.Method == "POST");

    public Received Get => _server.Requests.First(request => request.Method == "GET");

    public Uri Url => _server.Url;

    /// <summary>Completes when the GET has ended.</summary>
    public Task Closed => _closed.Task;

    /// <param name="post">What a POST does besides the handshake; null answers 202.</param>
    /// <param name="endpoint">The data of the endpoint event; null sends none.</param>
    public static async Task<ScriptedSseUpstream> StartAsync(
        Func<HttpContext, Received, ScriptedSseUpstream, Task>? post = null,
        string? endpoint = "/messages?session=s%201")
    {
        var upstream = new ScriptedSseUpstream();
        upstream._server = await ScriptedUpstream.StartAsync((context, received) =>
            received.Method == "GET" ? upstream.StreamAsync(context, endpoint)
            : received.Body.Contains("\"initialize\"") ? upstream.InitializeAsync(context)
            : received.Body.Contains("notifications/initialized") || post is null ? context.AnswerAsync(202, "text/plain", "Accepted")
            : post(context, received, upstream));
        return upstream;
    }

    public async ValueTask<UpstreamSession> ConnectAsync(string capabilities = "{}", params KeyValuePair<string, string>[] headers) =>
        await new SseConnector(_http, Url, headers).ConnectAsync(new Handshake("2024-11-05", capabilities, []), TestContext.Current.CancellationToken);

    /// <summary>Puts text on the stream as it is.</summary>
    public void Write(string text) => _stream.Writer.TryWrite(text);

    public void Send(string json) => Write($"event: message\ndata: {json}\n\n");

    public void Answer(string rawId, string result = "{}") => Send($$"""{"jsonrpc":"2.0","id":{{rawId}},"result":{{result}}}""");

    /// <summary>Cuts the stream, behind what was put there.</summary>
    public void Break() => _stream.Writer.TryComplete();

    public static string IdOf(Received received) => JsonDocument.Parse(received.Body).RootElement.GetProperty("id").GetRawText();

    public async ValueTask DisposeAsync()
    {
        Break();
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private Task InitializeAsync(HttpContext context)
    {
        Send(InitializeResult("2024-11-05"));
        return context.AnswerAsync(202);
    }

    private async Task StreamAsync(HttpContext context, string? endpoint)
    {
        context.Response.ContentType = "text/event-stream";
        await using var gone = context.RequestAborted.Register(() => _stream.Writer.TryComplete());
        if (endpoint is not null)
            await context.Response.WriteAsync($": hello\n\nevent: endpoint\ndata: {endpoint}\n\n");
        await context.Response.Body.FlushAsync();
        await foreach (var text in _stream.Reader.ReadAllAsync())
        {
            await context.Response.WriteAsync(text);
            await context.Response.Body.FlushAsync();
        }

        _closed.TrySetResult();
        context.Abort();
    }
}
