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

    /// <summary>The newest modern revision: what the gateway speaks to upstreams without sessions.</summary>
    public const string NewestModern = "2026-07-28";

    /// <summary>Revisions without sessions, oldest first.</summary>
    public static IReadOnlyList<string> Modern { get; } = [NewestModern];

    /// <summary>Everything the gateway speaks at one MCP endpoint, newest first.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Modern.Reverse(), .. Legacy.Reverse()];

    /// <summary>Every legacy revision a handshake may ask for: 2024-11-05 clients speak its messages over Streamable HTTP too.</summary>
    public static IReadOnlyList<string> LegacyHandshakes { get; } = ["2024-11-05", .. Legacy];

    /// <summary>The revision a client's initialize asks for, as one of <see cref="LegacyHandshakes"/>; null when the gateway does not know it.</summary>
    /// <param name="json">The raw JSON value of <c>params.protocolVersion</c>.</param>
    public static string? FindHandshake(ReadOnlySpan<byte> json)
    {
        foreach (var version in LegacyHandshakes)
        {
            if (json.Length == version.Length + 2 && System.Text.Ascii.Equals(json[1..^1], version))
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>Whether the gateway speaks this modern revision.</summary>
    public static bool IsModern(string version) => Modern.Contains(version);

    /// <summary>Whether the gateway speaks this legacy revision to clients.</summary>
    public static bool IsLegacy(string version) => Legacy.Contains(version);
}
