using System.Buffers;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>Which headers may be configured for an upstream.</summary>
internal static class HeaderRules
{
    public const int MaxNameLength = 128;
    public const int MaxValueLength = 8192;

    // RFC 9110 section 5.6.2, token.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What the gateway or the connection owns, and what must never travel from a browser to an upstream.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "cookie", "set-cookie", "origin", "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect", "content-length", "content-type",
        "content-encoding", "accept", "accept-encoding", "last-event-id", "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name",
    };

    /// <summary>Why this name cannot be configured, or null.</summary>
    public static string? Refuse(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(Token))
        {
            return $"is not a header name (letters, digits and !#$%&'*+-.^_`|~, at most {MaxNameLength})";
        }

        return Reserved.Contains(name) || name.StartsWith("mcp-param-", StringComparison.OrdinalIgnoreCase)
            ? $"{name} is set by the gateway or the connection itself, or must never reach an upstream; remove it"
            : null;
    }

    /// <summary>Visible ASCII, spaces and tabs: nothing that could end the line.</summary>
    public static bool IsValue(string value) =>
        value.Length is > 0 and <= MaxValueLength && value.All(c => c is '\t' or (>= ' ' and <= '~')) && value.Trim() == value;
}
