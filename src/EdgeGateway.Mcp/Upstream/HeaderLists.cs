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

    public static bool IsReserved(string name) => Reserved.Contains(name);

    public static IReadOnlyList<KeyValuePair<string, string>> Merge(
        IReadOnlyList<KeyValuePair<string, string>> first,
        IReadOnlyList<KeyValuePair<string, string>> winning) =>
        [
            .. first.Where(header => !Reserved.Contains(header.Key) && !winning.Any(other => IsSameName(other, header))),
            .. winning.Where(header => !Reserved.Contains(header.Key)),
        ];

    /// <summary>Whether a header is in both, so that they cannot just be sent one behind the other. Asked for every request: no allocation.</summary>
    public static bool Overlap(IReadOnlyList<KeyValuePair<string, string>> first, IReadOnlyList<KeyValuePair<string, string>> second)
    {
        for (var i = 0; i < second.Count; i++)
        {
            for (var j = 0; j < first.Count; j++)
            {
                if (IsSameName(first[j], second[i]))
                    return true;
            }
        }

        return false;
    }

    private static bool IsSameName(KeyValuePair<string, string> one, KeyValuePair<string, string> other) =>
        one.Key.Equals(other.Key, StringComparison.OrdinalIgnoreCase);
}
