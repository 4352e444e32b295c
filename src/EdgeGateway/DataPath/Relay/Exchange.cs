using System.Diagnostics;
using System.Globalization;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Telemetry;
using Microsoft.Extensions.Diagnostics.Latency;

namespace EdgeGateway.DataPath.Relay;

/// <summary>One request of a client on its way through the stages: everything they agreed on so far.</summary>
internal sealed class Exchange(HttpContext http, ServerRoute route, Principal principal, RequestBody body, Envelope envelope)
{
    public HttpContext Http { get; } = http;

    public ServerRoute Route { get; } = route;

    public Principal Principal { get; } = principal;

    public Envelope Envelope { get; } = envelope;

    public ReadOnlyMemory<byte> Message => body.Memory;

    /// <summary>The client's own id, raw JSON; empty for a notification.</summary>
    public ReadOnlyMemory<byte> ClientId => Envelope.Id.Of(body.Memory);

    /// <summary>The revision its header names; empty without one.</summary>
    public string ProtocolVersion { get; } = http.Request.Headers[McpHeaders.ProtocolVersion].ToString();

    /// <summary>Headers of this request to be sent upstream with it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UpstreamHeaders { get; } = Acquire.Callers.RequestHeaders(http.Request, route);

    /// <summary>Trace context of this request to be sent upstream with it: the client's own, or that of the span of the try under way.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? TraceHeaders { get; set; } = TraceContext.Passed(http.Request);

    /// <summary>All headers to be sent upstream with the request itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders => TraceHeaders is null ? UpstreamHeaders : [.. UpstreamHeaders, .. TraceHeaders];

    /// <summary>What the request is in the trace; null when nobody traces. Set once, before the request goes anywhere.</summary>
    public Activity? Span { get; set; }

    /// <summary>Where its time goes; null unless somebody wants to know.</summary>
    public ILatencyContext? Latency { get; set; }

    /// <summary>Why the client did not get what it asked for, as far as the gateway knows; null when it did.</summary>
    public RelayError? Failure { get; set; }

    /// <summary>Whether a running request may be waiting for this message: the client's answer to the server, or a cancel. Those pass a drain.</summary>
    public bool Finishes => Envelope.Kind == MessageKind.Response || Envelope is { Kind: MessageKind.Notification, Method: McpMethod.Cancelled };

    public bool ClientGone => Http.RequestAborted.IsCancellationRequested;

    public Task Answer(RelayError error)
    {
        Failure = error;
        return Answer(Http, error, ClientId);
    }

    /// <summary>Names the span in the message, where the client named one.</summary>
    public void Overwrite(Activity span) => TraceContext.Overwrite(body.Writable, Envelope, span);

    /// <summary>Answers with an error of the gateway's own; a JSON-RPC body that echoes the id.</summary>
    public static async Task Answer(HttpContext http, RelayError error, ReadOnlyMemory<byte> id = default)
    {
        if (http.RequestAborted.IsCancellationRequested || http.Response.HasStarted)
        {
            return;
        }

        http.Response.StatusCode = error.Status;
        http.Response.ContentType = "application/json";
        if (error.RetryAfter > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(error.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        JsonRpcError.Write(http.Response.BodyWriter, id.Span, error.Code, error.Message, error.Reason, error.Data.Span);
        await http.Response.BodyWriter.FlushAsync();
    }

    /// <summary>Answers with a result of the gateway's own.</summary>
    public async Task AnswerResult(ReadOnlyMemory<byte> result)
    {
        Http.Response.ContentType = "application/json";
        JsonRpcResult.Write(Http.Response.BodyWriter, ClientId.Span, result.Span);
        await Http.Response.BodyWriter.FlushAsync();
    }

    /// <summary>202: a notification or response was taken.</summary>
    public Task AnswerAccepted()
    {
        Http.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }
}
