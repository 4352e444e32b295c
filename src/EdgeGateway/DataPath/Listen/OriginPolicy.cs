using EdgeGateway.Configuration;

namespace EdgeGateway.DataPath.Listen;

/// <summary>
/// Which browser origins may call: protection against DNS rebinding, as the MCP transport specification demands.
/// A request without an Origin header does not come from a browser and passes.
/// </summary>
internal sealed class OriginPolicy(LiveSettings settings)
{
    public bool Allows(string? origin) => string.IsNullOrEmpty(origin) || AllowsBrowser(origin);

    private bool AllowsBrowser(string origin)
    {
        var allowed = settings.Current.AllowedOrigins;
        return allowed.Count == 0
            ? IsLoopback(origin)
            : allowed.Any(one => origin.Equals(one.TrimEnd('/'), StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsLoopback;
}
