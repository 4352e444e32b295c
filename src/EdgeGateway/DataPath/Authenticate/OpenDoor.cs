using System.Net;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Listen;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>
/// Where no token is asked for (AUTH_REQUIRED=false, a loopback address only) the browser is the only way in from outside: a page whose name
/// was rebound to this machine calls as if it were ours.
/// </summary>
internal static class OpenDoor
{
    /// <summary>Null when the request was not made by such a page: it names this machine, and its origin may call.</summary>
    public static string? RefuseForeign(HttpRequest request, GatewayOptions options, OriginPolicy origins)
    {
        if (options.AuthRequired)
        {
            return null;
        }

        var host = request.Host.Host;
        if (!IsLoopback(host) && !host.Equals(HostOf(options.PublicUrl), StringComparison.OrdinalIgnoreCase))
        {
            return $"Without AUTH_REQUIRED the gateway answers to the names of this machine only, not to \"{host}\". Use localhost, or set PUBLIC_URL.";
        }

        return origins.Allows(request.Headers.Origin) ? null : "A page of this origin may not call; see ALLOWED_ORIGINS.";
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string? HostOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Host : null;
}
