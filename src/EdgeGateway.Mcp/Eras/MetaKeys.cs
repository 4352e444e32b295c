namespace EdgeGateway.Mcp.Eras;

/// <summary>Keys of <c>_meta</c> that revision 2026-07-28 reserves (basic, section "_meta").</summary>
internal static class MetaKeys
{
    public static ReadOnlySpan<byte> ProtocolVersion => "io.modelcontextprotocol/protocolVersion"u8;

    public static ReadOnlySpan<byte> ClientInfo => "io.modelcontextprotocol/clientInfo"u8;

    public static ReadOnlySpan<byte> ClientCapabilities => "io.modelcontextprotocol/clientCapabilities"u8;

    public static ReadOnlySpan<byte> LogLevel => "io.modelcontextprotocol/logLevel"u8;

    public static ReadOnlySpan<byte> ServerInfo => "io.modelcontextprotocol/serverInfo"u8;

    public static ReadOnlySpan<byte> SubscriptionId => "io.modelcontextprotocol/subscriptionId"u8;

    /// <summary>Whether a request's key means nothing before this revision: what was declared in the handshake then.</summary>
    public static bool IsOfModernRequest(in JsonRpc.JsonMembers member) =>
        member.Is(ProtocolVersion) || member.Is(ClientInfo) || member.Is(ClientCapabilities) || member.Is(LogLevel);
}
