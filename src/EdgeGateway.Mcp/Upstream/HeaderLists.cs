namespace EdgeGateway.Mcp.Upstream;

/// <summary>Joins headers that operators and callers want sent. A later list wins; the transport's own cannot be set.</summary>
internal static class HeaderLists
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Content-Type", "Content-Length", "Content-Encoding",
        "Mcp-Session-Id", "MCP-Protocol-Version", "Last-Event-ID",
        "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Expect",
    };

    public static IReadOnlyList<KeyValuePair<string, string>> Merge(
        IReadOnlyList<KeyValuePair<string, string>> first,
        IReadOnlyList<KeyValuePair<string, string>> winning) =>
        [
            .. first.Where(header => !Reserved.Contains(header.Key) && !winning.Any(other => IsSameName(other, header))),
            .. winning.Where(header => !Reserved.Contains(header.Key)),
        ];

    private static bool IsSameName(KeyValuePair<string, string> one, KeyValuePair<string, string> other) =>
        one.Key.Equals(other.Key, StringComparison.OrdinalIgnoreCase);
}
