using EdgeGateway.Configuration;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>
/// The MCP endpoints as OAuth sees them: resources with a URI of their own, and a place that says who issues tokens for them (RFC 9728).
/// </summary>
internal sealed class ProtectedResource(GatewayOptions options)
{
    /// <summary>The well-known URI stands between host and path (RFC 9728, 3.1).</summary>
    public const string WellKnown = "/.well-known/oauth-protected-resource";

    /// <summary>What a call of an MCP endpoint needs; the one scope a client has to ask for.</summary>
    public const string Scope = "mcp.invoke";

    /// <summary>The last segments of the endpoints' paths.</summary>
    public static IReadOnlyList<string> Doors { get; } = ["mcp", "rpc", "sse"];

    /// <summary>Whether the metadata is served: both settings are there.</summary>
    public bool IsOn { get; } = options is { PublicUrl: not null, AuthorizationServers.Count: > 0 };

    /// <summary>The canonical URI of an endpoint: what a token is issued for (RFC 8707). Only with PUBLIC_URL.</summary>
    public string UriOf(string serverId, string door) => $"{options.PublicUrl}{PathOf(serverId, door)}";

    /// <summary>Adds to a challenge where the endpoint's metadata lies and which scope it takes; nothing where no metadata is served.</summary>
    public string Extend(string challenge, PathString path) =>
        IsOn && Door(path) is { } door ? $"{challenge}, scope=\"{Scope}\", resource_metadata=\"{options.PublicUrl}{WellKnown}{PathOf(door.ServerId, door.Name)}\"" : challenge;

    /// <summary>RFC 6750, 3.1: the token holds, but does not allow this.</summary>
    public string InsufficientScope(PathString path)
    {
        const string Challenge = "Bearer realm=\"edge-gateway\", error=\"insufficient_scope\"";
        return IsOn ? Extend(Challenge, path) : $"{Challenge}, scope=\"{Scope}\"";
    }

    /// <summary>The server whose endpoint an audience names; null when it names none of this gateway's.</summary>
    public string? ServerOf(string audience) =>
        options.PublicUrl is { } own && audience.StartsWith(own, StringComparison.OrdinalIgnoreCase) && Door(audience[own.Length..].TrimEnd('/')) is { } door
            ? door.ServerId
            : null;

    private static string PathOf(string serverId, string door) => $"/servers/{serverId}/{door}";

    private static (string ServerId, string Name)? Door(string? path) =>
        path?.Split('/') is ["", "servers", { Length: > 0 } serverId, var name] && Doors.Contains(name) ? (serverId, name) : null;
}
