namespace EdgeGateway.DataPath.Listen;

/// <summary>Addresses of the data path: <c>/servers/{id}/…</c></summary>
internal static class ServerPath
{
    private const string Servers = "/servers/";

    /// <summary>The server that a request of the data path names.</summary>
    public static ReadOnlySpan<char> IdOf(HttpRequest request)
    {
        var rest = request.Path.Value.AsSpan(Servers.Length);
        return rest.IndexOf('/') is var end and >= 0 ? rest[..end] : rest;
    }

    /// <summary>Whether this is exactly <c>/servers/{id}/mcp</c>. Other spellings that routing accepts are left to it.</summary>
    public static bool IsMcp(ReadOnlySpan<char> path) =>
        path.StartsWith(Servers, StringComparison.Ordinal) && path.EndsWith("/mcp", StringComparison.Ordinal)
        && path[Servers.Length..].IndexOf('/') is var slash and > 0 && slash + Servers.Length + "/mcp".Length == path.Length;
}
