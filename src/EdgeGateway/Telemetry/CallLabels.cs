using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Telemetry;

/// <summary>What meters, traces and the log call the parts of a call: words of few, none made up by a client.</summary>
internal static class CallLabels
{
    public static string MethodOf(Exchange x) => McpMethods.NameOf(x.Envelope.Method) ?? KnownNames.Other;

    /// <summary>How the upstream is reached.</summary>
    public static string TransportOf(Exchange x) => x.Route.Server.Transport == ServerTransport.Stdio ? "pipe" : "tcp";

    /// <summary>The tool a request calls; null for any other request. What a client makes up counts among its server's own names at most.</summary>
    public static string? ToolOf(Exchange x) =>
        x.Envelope is { Method: McpMethod.ToolsCall, Name.Exists: true } ? x.Route.ToolNames.Of(x.Envelope.Name.Of(x.Message.Span)) : null;

    /// <summary>The revision the client speaks; null when it did not say, or is not known.</summary>
    public static string? VersionOf(Exchange x) => VersionOf(x.Http.Request.Headers[McpHeaders.ProtocolVersion].ToString());

    /// <summary>The revision a session's upstream speaks.</summary>
    public static string VersionOf(PooledUpstream session) => VersionOf(session.Session.ProtocolVersion) ?? KnownNames.Other;

    private static string? VersionOf(string? said)
    {
        foreach (var known in ProtocolVersions.All)
        {
            if (said == known)
            {
                return known;
            }
        }

        return null;
    }
}
