using System.Text.Json;

namespace EdgeGateway.LoadTests.Client;

/// <summary>The requests clients send, legacy (with the handshake) and modern (without sessions).</summary>
internal static class McpCalls
{
    /// <summary>Names whose call it is, where <c>sticky_header</c> says so.</summary>
    public const string KeyHeader = "X-Client-Key";

    private const string Legacy = "2025-06-18";
    private const string Modern = "2026-07-28";
    private const string ClientInfo = """{"name":"loadtests","version":"1"}""";

    private const string ModernMeta = $$"""
        {"io.modelcontextprotocol/protocolVersion":"{{Modern}}","io.modelcontextprotocol/clientInfo":{{ClientInfo}},"io.modelcontextprotocol/clientCapabilities":{} }
        """;

    public static PreparedCall Initialize(McpTarget target) => PreparedCall.Post(
        target, "", "initialize", $$"""{"protocolVersion":"{{Legacy}}","capabilities":{},"clientInfo":{{ClientInfo}}}""");

    public static string Initialized(McpTarget target, string? sessionId)
    {
        const string Body = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";
        return $"POST {target.Url.PathAndQuery} HTTP/1.1\r\nHost: {target.Url.Authority}\r\n{HttpHead.Common(target)}"
            + $"Content-Type: application/json\r\n{InSession(sessionId)}Content-Length: {Body.Length}\r\n\r\n{Body}";
    }

    public static string Delete(McpTarget target, string? sessionId) =>
        $"DELETE {target.Url.PathAndQuery} HTTP/1.1\r\nHost: {target.Url.Authority}\r\n{HttpHead.Common(target)}{InSession(sessionId)}\r\n";

    /// <summary>tools/call of a legacy client in its session.</summary>
    /// <param name="target">The MCP endpoint.</param>
    /// <param name="sessionId">As initialize returned it.</param>
    /// <param name="tool">Its name.</param>
    /// <param name="arguments">JSON.</param>
    public static PreparedCall Tool(McpTarget target, string? sessionId, string tool, string arguments) =>
        PreparedCall.Post(target, InSession(sessionId), "tools/call", $$"""{"name":{{Text(tool)}},"arguments":{{arguments}}}""");

    /// <summary>The same, asking to be told of progress. Every client takes the same token: whoever mixes them up shows.</summary>
    public static PreparedCall ToolWithProgress(McpTarget target, string? sessionId, string tool, string arguments) => PreparedCall.Post(
        target, InSession(sessionId), "tools/call", $$$"""{"name":{{{Text(tool)}}},"arguments":{{{arguments}}},"_meta":{"progressToken":"p"}}""");

    /// <summary>tools/call of a client of 2026-07-28, which has no session.</summary>
    public static PreparedCall ModernTool(McpTarget target, string tool, string arguments) => PreparedCall.Post(
        target,
        $"MCP-Protocol-Version: {Modern}\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n",
        "tools/call",
        $$$"""{"name":{{{Text(tool)}}},"arguments":{{{arguments}}},"_meta":{{{ModernMeta}}}}""");

    /// <summary>tools/call at a gateway's <c>/servers/{id}/rpc</c>: no session, one JSON answer.</summary>
    public static PreparedCall RpcTool(McpTarget target, string tool, string arguments) =>
        PreparedCall.Post(target, "", "tools/call", $$"""{"name":{{Text(tool)}},"arguments":{{arguments}}}""");

    /// <summary>The same, for one of many that are told apart by <see cref="KeyHeader"/>.</summary>
    public static PreparedCall KeyedRpcTool(McpTarget target, string key, string tool, string arguments) => PreparedCall.Post(
        target, $"{KeyHeader}: {key}\r\n", "tools/call", $$"""{"name":{{Text(tool)}},"arguments":{{arguments}}}""");

    /// <summary>The two headers of a session; a server without sessions gets the version alone.</summary>
    private static string InSession(string? sessionId) =>
        $"MCP-Protocol-Version: {Legacy}\r\n{(sessionId is null ? "" : $"Mcp-Session-Id: {sessionId}\r\n")}";

    private static string Text(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
