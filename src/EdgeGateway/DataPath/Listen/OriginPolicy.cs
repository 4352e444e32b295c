namespace EdgeGateway.DataPath.Listen;

/// <summary>
/// Which browser origins may call: protection against DNS rebinding, as the MCP transport specification demands.
/// A request without an Origin header does not come from a browser and passes.
/// </summary>
internal sealed class OriginPolicy(IReadOnlyList<string> allowed)
{
    private readonly HashSet<string> _allowed = new(allowed.Select(origin => origin.TrimEnd('/')), StringComparer.OrdinalIgnoreCase);

    public bool Allows(string? origin) => string.IsNullOrEmpty(origin) || _allowed.Contains(origin) || (_allowed.Count == 0 && IsLoopback(origin));

    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsLoopback;
}
