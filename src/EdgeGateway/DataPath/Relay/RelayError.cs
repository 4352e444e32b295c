using System.Globalization;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>An answer of the gateway's own making: protocol.md section 5 in one place.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">JSON-RPC code.</param>
/// <param name="Message">A sentence that says what to do; no secrets, no exception text.</param>
/// <param name="Reason">Machine-readable; <c>data.reason</c>.</param>
/// <param name="RetryAfter">When trying again makes sense; zero leaves the header out.</param>
internal sealed record RelayError(int Status, int Code, string Message, string? Reason = null, TimeSpan RetryAfter = default)
{
    /// <summary>The code the official SDKs use for an unknown session.</summary>
    private const int SessionNotFoundCode = -32001;

    /// <summary>Revision 2026-07-28: the version asked for is none of those in <c>data.supported</c>.</summary>
    private const int UnsupportedVersionCode = -32022;

    /// <summary>Revision 2026-07-28: a header and the body say different things.</summary>
    private const int HeaderMismatchCode = -32020;

    /// <summary>Revision 2026-07-28: the request needs a client capability that it did not declare.</summary>
    private const int MissingCapabilityCode = -32021;

    /// <summary>For meters and traces: one word of few.</summary>
    public string Type => Reason ?? Code.ToString(CultureInfo.InvariantCulture);

    /// <summary>The whole of <c>data</c>, raw JSON, where the specification wants more than a reason.</summary>
    public ReadOnlyMemory<byte> Data { get; private init; }

    public static RelayError Unexpected { get; } =
        new(500, JsonRpcError.InternalError, "The gateway failed unexpectedly; its log says more.", "internal_error");

    /// <summary>Never answered: nobody is there to read it. For meters and traces.</summary>
    public static RelayError ClientGone { get; } = new(499, JsonRpcError.InternalError, "The client left before it had its answer.", "cancelled");

    public static RelayError UnknownServer { get; } =
        new(404, JsonRpcError.ServerError, "No server has this id. List them: GET /servers", "unknown_server");

    public static RelayError Inactive { get; } =
        new(503, JsonRpcError.ServerError, "The server is inactive. Activate it: POST /servers/{id}/state?activate=true", "disabled");

    public static RelayError GatewayDraining { get; } =
        new(503, JsonRpcError.ServerError, "The gateway is shutting down; try again in a moment.", "draining", TimeSpan.FromSeconds(5));

    public static RelayError ForeignOrigin { get; } =
        new(403, JsonRpcError.InvalidRequest, "This origin may not call. Add it to ALLOWED_ORIGINS.", "origin");

    public static RelayError MissingSession { get; } =
        new(400, JsonRpcError.ServerError, "Mcp-Session-Id header is required: send initialize first.", "session_required");

    public static RelayError SessionNotFound { get; } =
        new(404, SessionNotFoundCode, "Session not found. Send initialize to begin a new one.", "session_not_found");

    public static RelayError CredentialChanged { get; } =
        new(404, SessionNotFoundCode, "Session not found: the passed-through headers differ from those the session began with. Send initialize.", "credential_changed");

    public static RelayError NoUpstreamStream { get; } =
        new(405, JsonRpcError.ServerError, "The upstream offers no stream of its own; do without, or check the server's url.", "no_upstream_stream");

    public static RelayError SessionLostTwice { get; } =
        new(502, JsonRpcError.InternalError, "The upstream forgot two sessions in a row; see its log.", "upstream_session_lost");

    public static RelayError UpstreamNotFound { get; } =
        new(502, JsonRpcError.InternalError, "The upstream answered 404. Check the server's url.", "upstream_protocol");

    public static RelayError NotAcceptable { get; } =
        new(406, JsonRpcError.ServerError, "Not Acceptable: the client must accept text/event-stream.", "not_acceptable");

    public static RelayError UnsupportedMediaType { get; } =
        new(415, JsonRpcError.ServerError, "Content-Type must be application/json.", "content_type");

    public static RelayError BatchNotAllowed { get; } =
        new(400, JsonRpcError.InvalidRequest, "Batches are part of revision 2025-03-26 on a session of the client's own only; send the messages one by one.", "batch");

    public static RelayError InitializeNotAllowed { get; } =
        new(400, JsonRpcError.InvalidRequest, "This endpoint has no sessions; send requests right away, or initialize at /servers/{id}/mcp.", "no_session_here");

    public static RelayError ResponseNotAllowed { get; } =
        new(400, JsonRpcError.InvalidRequest, "This endpoint takes requests and notifications only.", "no_session_here");

    public static RelayError MissingProtocolVersion { get; } =
        new(400, JsonRpcError.InvalidParams, "initialize needs params.protocolVersion (a string) and params.capabilities (an object).");

    public static RelayError NoStreamHere { get; } =
        new(200, JsonRpcError.MethodNotFound, "This endpoint has no stream to send updates on; initialize at /servers/{id}/mcp and subscribe there.", "no_session_here");

    public static RelayError HeaderMismatch(string header, string field) =>
        new(400, HeaderMismatchCode, $"The header {header} is missing or differs from {field} in the body; send the same in both.", "header_mismatch");

    public static RelayError MissingMeta(string key) =>
        new(400, JsonRpcError.InvalidParams, $"params._meta[\"io.modelcontextprotocol/{key}\"] is missing; every request of revision 2026-07-28 carries it.", "missing_meta");

    public static RelayError PostOnly { get; } =
        new(405, JsonRpcError.ServerError, "Revision 2026-07-28 has neither sessions nor streams of their own: POST everything, subscriptions/listen too.", "post_only");

    public static RelayError NoSuchMethod { get; } =
        new(404, JsonRpcError.MethodNotFound, "Method not found: revision 2026-07-28 has none of this name.", "method_not_found");

    public static RelayError StateRejected { get; } =
        new(400, JsonRpcError.InvalidParams, "requestState is unknown, used, expired, or belongs to another request; send the request anew without it.", "request_state");

    public static RelayError PoolDraining { get; } =
        new(503, JsonRpcError.ServerError, "The server asks for input, and its pool is draining: there is no session to wait with. Try again when it serves.", "draining", TimeSpan.FromSeconds(5));

    public static RelayError TooManyParked(int limit) =>
        new(503, JsonRpcError.ServerError, $"{limit} requests wait for their clients' input already, half of max_size. Raise max_size, or try again later.", "pool_exhausted", TimeSpan.FromSeconds(10));

    public static RelayError NeedsUrlElicitation { get; } =
        new(400, MissingCapabilityCode, "The request needs the client capability elicitation.url, which it did not declare.")
        {
            Data = """{"requiredCapabilities":{"elicitation":{"url":{}}}}"""u8.ToArray(),
        };

    public static RelayError UpstreamSilent(TimeSpan timeout) =>
        new(504, JsonRpcError.InternalError, $"The upstream was silent for {timeout.TotalSeconds:0} s (request_timeout).", "upstream_timeout");

    public static RelayError UpstreamAuth(int status) =>
        new(502, JsonRpcError.InternalError, $"The upstream refused the credentials ({status}). Check the server's auth.", "upstream_auth");

    public static RelayError CallerRefused(int status) =>
        new(status, JsonRpcError.InternalError, $"The upstream refused the authorization that was passed through ({status}).", "upstream_auth");

    public static RelayError UpstreamRefused(int status) =>
        new(status == 429 ? 429 : 502, JsonRpcError.InternalError, $"The upstream answered the request with HTTP status {status}; see its log.", status == 429 ? "upstream_rate_limit" : "upstream_protocol", status == 429 ? TimeSpan.FromSeconds(5) : default);

    public static RelayError StreamRefused(int status) =>
        new(status, JsonRpcError.ServerError, $"The upstream refused to open a stream ({status}).", "upstream_refused_stream");

    public static RelayError TooLarge(int limit) =>
        new(413, JsonRpcError.InvalidRequest, $"The message is longer than {limit} bytes (MAX_BODY_BYTES).", "too_large");

    public static RelayError UnsupportedVersion(string requested, IReadOnlyList<string> supported)
    {
        var printable = Printable(requested);
        var data = $$"""{"reason":"unsupported_version","supported":["{{string.Join("\",\"", supported)}}"],"requested":"{{printable}}"}""";
        return new(400, UnsupportedVersionCode, $"Unsupported protocol version {printable}; supported: {string.Join(", ", supported)}.", "unsupported_version")
        {
            Data = Encoding.ASCII.GetBytes(data),
        };
    }

    public static RelayError Malformed(EnvelopeError error) => error switch
    {
        EnvelopeError.MalformedJson => new(400, JsonRpcError.ParseError, "Parse error: the body is not valid JSON, or nested too deeply."),
        EnvelopeError.DuplicateMember => new(400, JsonRpcError.InvalidRequest, "Invalid request: a member stands there twice."),
        _ => new(400, JsonRpcError.InvalidRequest, "Invalid request: not a JSON-RPC 2.0 message."),
    };

    public static RelayError From(Refusal refusal) => refusal.Rejection switch
    {
        Rejection.BindingEnded => SessionNotFound,
        Rejection.OpenFailed => new(502, JsonRpcError.InternalError, refusal.Detail, refusal.Reason),
        _ => new(503, JsonRpcError.ServerError, refusal.Detail, refusal.Reason, refusal.RetryAfter),
    };

    public static RelayError From(UpstreamFault fault) => fault.Kind switch
    {
        UpstreamFaultKind.Timeout => new(504, JsonRpcError.InternalError, fault.Message, fault.Reason),
        _ => new(502, JsonRpcError.InternalError, fault.Message, fault.Reason),
    };

    private static string Printable(string text) =>
        new([.. text.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '?')]);
}
