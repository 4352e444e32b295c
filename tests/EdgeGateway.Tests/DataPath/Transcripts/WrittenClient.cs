using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Modern;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>A client of either era whose every word, and every word it hears, is in the transcript.</summary>
/// <param name="transcript">Where it is written.</param>
/// <param name="who">Its name there.</param>
/// <param name="raw">What it speaks through.</param>
/// <param name="modern">The capabilities it declares with each request; null for a legacy client.</param>
internal sealed class WrittenClient(WireTranscript transcript, string who, RawClient raw, string? modern = null) : IDisposable
{
    private readonly ModernClient? _modern = modern is null ? null : new ModernClient(raw, modern);

    public string? SessionId => raw.SessionId;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A request and everything that is said on it until it ends; the last of that.</summary>
    public async Task<JsonNode> AskAsync(string method, string parameters = "", string meta = "", string id = "7")
    {
        using var hearing = await BeginAsync(method, parameters, meta, id);
        return await hearing.EndAsync();
    }

    /// <summary>A tool call.</summary>
    public Task<JsonNode> CallAsync(string tool, string arguments = "{}", string meta = "", string id = "7") =>
        AskAsync("tools/call", $"\"name\":\"{tool}\",\"arguments\":{arguments}", meta, id);

    /// <summary>A request, to be heard message by message. Returns when its answer begins.</summary>
    public async Task<Hearing> BeginAsync(string method, string parameters = "", string meta = "", string id = "7") =>
        new(transcript, who, await SendAsync(method, parameters, meta, id));

    /// <summary>A request whose answer is not waited for.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string parameters = "", string meta = "", string id = "7")
    {
        var body = $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"{{{method}}}","params":{{{Params(parameters, meta)}}} }""";
        transcript.Said(who, body);
        if (_modern is null)
        {
            return raw.PostAsync(body);
        }

        _modern.LastId = int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) - 1;
        return _modern.SendAsync(method, parameters, NameOf(method, parameters), meta);
    }

    /// <summary>Hears the rest of an answer that was not waited for.</summary>
    public async Task<JsonNode> HearAsync(Task<HttpResponseMessage> sent)
    {
        using var hearing = new Hearing(transcript, who, await sent);
        return await hearing.EndAsync();
    }

    /// <summary>A notification.</summary>
    public async Task TellAsync(string method, string parameters = "") =>
        await PostAsync($$"""{"jsonrpc":"2.0","method":"{{method}}"{{(parameters.Length > 0 ? $",\"params\":{{{parameters}}}" : "")}}}""", method);

    /// <summary>The answer to a request of the server.</summary>
    public Task AnswerAsync(JsonNode asked, string result) =>
        PostAsync($$"""{"jsonrpc":"2.0","id":{{asked["id"]!.ToJsonString()}},"result":{{result}}}""");

    /// <summary>GET: what the server says unasked.</summary>
    public async Task<Hearing> ListenAsync(string? lastEventId = null)
    {
        transcript.Said(who, lastEventId is null ? "GET" : $"GET after {lastEventId}");
        (string, string)[] resume = lastEventId is null ? [] : [("Last-Event-ID", lastEventId)];
        return new Hearing(transcript, who, await raw.SendAsync(HttpMethod.Get, null, _modern is null ? resume : [.. resume, ("MCP-Protocol-Version", "2026-07-28")]));
    }

    /// <summary>DELETE.</summary>
    /// <param name="meanwhile">What else is to have happened before the answer is taken down.</param>
    public async Task LeaveAsync(Func<Task>? meanwhile = null)
    {
        transcript.Said(who, "DELETE");
        using var response = await raw.SendAsync(HttpMethod.Delete, null);
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        transcript.Heard(who, (int)response.StatusCode, "");
    }

    /// <summary>initialize; its session is this client's from now on.</summary>
    public async Task InitializeAsync(string capabilities = "{}")
    {
        var body = $$$"""{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{{{capabilities}}},"clientInfo":{"name":"written","version":"1"} } }""";
        transcript.Said(who, body);
        using var response = await raw.PostAsync(body);
        raw.SessionId = response.Headers.GetValues("Mcp-Session-Id").Single();
        transcript.Heard(who, (int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }

    public void Dispose()
    {
        _modern?.Dispose();
        raw.Dispose();
    }

    private async Task PostAsync(string body, string? method = null)
    {
        transcript.Said(who, body);
        (string, string)[] headers = _modern is null ? [] : [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method ?? "")];
        using var response = await raw.PostAsync(body, headers);
        transcript.Heard(who, (int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }

    private static string Params(string parameters, string meta) => $"{{{parameters}{(meta.Length == 0 ? "" : $"{(parameters.Length > 0 ? "," : "")}\"_meta\":{{{meta}}}")}}}";

    /// <summary>The header Mcp-Name of a modern request.</summary>
    private static string? NameOf(string method, string parameters)
    {
        var member = method is "tools/call" or "prompts/get" ? "name" : method == "resources/read" ? "uri" : method.StartsWith("tasks/", StringComparison.Ordinal) ? "taskId" : null;
        return member is null ? null : (string?)JsonNode.Parse($"{{{parameters}}}")![member];
    }
}

/// <summary>One answer of the gateway, message by message.</summary>
internal sealed class Hearing(WireTranscript transcript, string who, HttpResponseMessage response) : IDisposable
{
    private IAsyncEnumerator<SseItem<string>>? _events;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The id of the last event that had one.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>The next message; null at the end.</summary>
    public async Task<JsonNode?> NextAsync()
    {
        _events ??= SseParser.Create(await response.Content.ReadAsStreamAsync(Cancelled)).EnumerateAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        while (await _events.MoveNextAsync())
        {
            var next = _events.Current;
            LastEventId = next.EventId ?? LastEventId;
            if (next.Data.Trim().Length > 0)
            {
                transcript.Heard(who, (int)response.StatusCode, next.Data, next.EventId);
                return JsonNode.Parse(next.Data);
            }
        }

        return null;
    }

    /// <summary>Hears it to its end; the last message of it.</summary>
    public async Task<JsonNode> EndAsync()
    {
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            var body = await response.Content.ReadAsStringAsync(Cancelled);
            transcript.Heard(who, (int)response.StatusCode, body);
            return body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!;
        }

        JsonNode last = new JsonObject();
        while (await NextAsync() is { } next)
        {
            last = next;
        }

        return last;
    }

    public void Dispose() => response.Dispose();
}
