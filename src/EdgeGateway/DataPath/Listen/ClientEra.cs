using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Listen;

/// <summary>Whether a message is of the modern era, and whether it says so properly (protocol.md section 3; 2026-07-28, Streamable HTTP, Server Validation).</summary>
internal static class ClientEra
{
    /// <summary>The header says which revision a client speaks; without it and a session, _meta does.</summary>
    public static bool IsModern(Exchange x) =>
        (x.ProtocolVersion.Length > 0 && !ProtocolVersions.LegacyHandshakes.Contains(x.ProtocolVersion))
        || (x.Envelope.MetaProtocolVersion.Exists && !x.Http.Request.Headers.ContainsKey(McpHeaders.SessionId));

    /// <summary>What is wrong with a modern message; null when nothing is.</summary>
    public static RelayError? Refuse(HttpRequest request, in Envelope envelope, ReadOnlyMemory<byte> message, in ModernParams parameters)
    {
        var header = request.Headers[McpHeaders.ProtocolVersion].ToString();
        var meta = Text(message, envelope.MetaProtocolVersion);
        if (meta is not null && meta != header)
        {
            return RelayError.HeaderMismatch(McpHeaders.ProtocolVersion, "_meta[\"io.modelcontextprotocol/protocolVersion\"]");
        }

        if (!ProtocolVersions.IsModern(header))
        {
            return RelayError.UnsupportedVersion(header, ProtocolVersions.All);
        }

        return envelope.Kind switch
        {
            MessageKind.Batch => RelayError.BatchNotAllowed,
            MessageKind.Response => RelayError.ResponseNotAllowed,
            MessageKind.Notification => null,
            _ when meta is null => RelayError.MissingMeta("protocolVersion"),
            _ when parameters.ClientCapabilities.IsEmpty => RelayError.MissingMeta("clientCapabilities"),
            _ => RefuseNames(request, envelope, message),
        };
    }

    private static RelayError? RefuseNames(HttpRequest request, in Envelope envelope, ReadOnlyMemory<byte> message)
    {
        if (HeaderValue.Decode(request.Headers[McpHeaders.Method].ToString()) != Text(message, envelope.MethodName))
        {
            return RelayError.HeaderMismatch(McpHeaders.Method, "method");
        }

        var isNamed = envelope.Method is McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead || IsOfTasks(envelope, message);
        return isNamed && envelope.Name.Exists && HeaderValue.Decode(request.Headers[McpHeaders.Name].ToString()) != Text(message, envelope.Name)
            ? RelayError.HeaderMismatch(McpHeaders.Name, envelope.Method == McpMethod.ResourcesRead ? "params.uri" : "params.name")
            : null;
    }

    private static bool IsOfTasks(in Envelope envelope, ReadOnlyMemory<byte> message) =>
        envelope.Method == McpMethod.Other && Text(message, envelope.MethodName) is "tasks/get" or "tasks/update" or "tasks/cancel";

    private static string? Text(ReadOnlyMemory<byte> message, Slice part) => part.Exists ? JsonText.Decode(part.Of(message.Span)) : null;
}
