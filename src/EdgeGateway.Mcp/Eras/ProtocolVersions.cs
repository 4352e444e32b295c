namespace EdgeGateway.Mcp.Eras;

/// <summary>The revisions of MCP. <i>Legacy</i> ones begin with an initialize handshake, <i>modern</i> ones have none.</summary>
public static class ProtocolVersions
{
    /// <summary>The newest legacy revision: what the gateway declares when no client asked for another.</summary>
    public const string NewestLegacy = "2025-11-25";

    /// <summary>What a legacy request without a version header speaks.</summary>
    public const string AssumedLegacy = "2025-03-26";

    /// <summary>Legacy revisions served over Streamable HTTP, oldest first.</summary>
    public static IReadOnlyList<string> Legacy { get; } = ["2025-03-26", "2025-06-18", "2025-11-25"];

    /// <summary>Whether the gateway speaks this legacy revision to clients.</summary>
    public static bool IsLegacy(string version) => Legacy.Contains(version);
}
