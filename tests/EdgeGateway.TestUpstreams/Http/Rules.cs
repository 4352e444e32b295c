using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>What the transport demands of a request, strictly: a gateway that is sloppy fails here and not at a customer.</summary>
internal static class Rules
{
    /// <summary>The rules that need no session.</summary>
    public static Refusal? Refuse(HttpRequest http, PostedRequest request)
    {
        var accept = http.Headers.Accept.ToString();
        if (!accept.Contains("application/json", StringComparison.Ordinal) || !accept.Contains("text/event-stream", StringComparison.Ordinal))
        {
            return new Refusal(406, -32000, "Not acceptable: Accept must name application/json and text/event-stream");
        }

        if (http.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            return new Refusal(415, -32000, "Unsupported media type: Content-Type must be application/json");
        }

        return request.Messages.Count == 0 ? new Refusal(400, Wire.ParseError, "Parse error: not a JSON-RPC message") : null;
    }

    /// <summary>The rules of every message but initialize.</summary>
    public static Refusal? RefuseSession(TestUpstream upstream, HttpRequest http, PostedRequest request, out Session? session)
    {
        session = null;
        if (upstream.Options.Kind == UpstreamKind.Stateless)
        {
            return null;
        }

        if (FindSession(upstream, http, out session) is { } refusal)
        {
            return refusal;
        }

        var found = session!;
        if (request.IsBatch && found.ProtocolVersion != "2025-03-26")
        {
            return new Refusal(400, Wire.InvalidRequest, "Batches exist only in revision 2025-03-26");
        }

        var early = found.Initialized ? null : request.Messages.FirstOrDefault(message => message.IsRequest && message.Method != "ping");
        return early is null ? null : new Refusal(400, Wire.InvalidRequest, $"{early.Method} came before notifications/initialized");
    }

    public static Refusal? FindSession(TestUpstream upstream, HttpRequest http, out Session? session)
    {
        session = null;
        if (http.Headers["Mcp-Session-Id"].ToString() is not { Length: > 0 } id)
        {
            return new Refusal(400, -32000, "Bad Request: Mcp-Session-Id is required");
        }

        session = upstream.Sessions.Find(id);
        if (session is null)
        {
            return upstream.Faults.DeadSessionStatus == 404
                ? new Refusal(404, -32001, "Session not found")
                : new Refusal(upstream.Faults.DeadSessionStatus, -32000, "Bad Request: No valid session ID provided");
        }

        var version = http.Headers["MCP-Protocol-Version"].ToString();
        var mayBeAbsent = session.ProtocolVersion == "2025-03-26";
        return version == session.ProtocolVersion || (version.Length == 0 && mayBeAbsent)
            ? null
            : new Refusal(400, -32000, $"Bad Request: MCP-Protocol-Version must be {session.ProtocolVersion}, not '{version}'");
    }
}

/// <summary>A request turned down.</summary>
internal sealed record Refusal(int StatusCode, int Code, string Message);
