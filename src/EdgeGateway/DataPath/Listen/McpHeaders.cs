namespace EdgeGateway.DataPath.Listen;

/// <summary>Names of the HTTP headers of the Streamable HTTP transport.</summary>
internal static class McpHeaders
{
    public const string SessionId = "Mcp-Session-Id";
    public const string ProtocolVersion = "MCP-Protocol-Version";
    public const string LastEventId = "Last-Event-ID";

    /// <summary>Of revision 2026-07-28: the method, beside the body.</summary>
    public const string Method = "Mcp-Method";

    /// <summary>Of revision 2026-07-28: the tool, prompt, resource or task the request is about.</summary>
    public const string Name = "Mcp-Name";

    /// <summary>Of revision 2026-07-28: one header for each argument a tool wants to see there.</summary>
    public const string ParamPrefix = "Mcp-Param-";
}
