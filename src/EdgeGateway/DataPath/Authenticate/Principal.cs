namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Who calls, as the validated token says.</summary>
/// <param name="Name">The token's subject; identifies the user in partitions and client sessions.</param>
/// <param name="Permissions">What the token allows.</param>
/// <param name="ServerId">The one server the token is narrowed to, or null.</param>
/// <param name="ExpiresAt">When the token stops being valid.</param>
internal sealed record Principal(string Name, Permissions Permissions, string? ServerId, DateTimeOffset ExpiresAt)
{
    /// <summary>The token's <c>jti</c>, for the audit trail and revocation; null when it has none.</summary>
    public string? TokenId { get; init; }

    /// <summary>Who calls where AUTH_REQUIRED is false.</summary>
    public static Principal Anonymous { get; } = new("anonymous", Permissions.Admin, null, DateTimeOffset.MaxValue);

    public bool Has(Permissions wanted) => (Permissions & wanted) == wanted;

    public bool MayUse(ReadOnlySpan<char> serverId) => ServerId is null || serverId.SequenceEqual(ServerId);
}

/// <summary>api.md, Tokens.</summary>
[Flags]
internal enum Permissions
{
    None = 0,

    /// <summary><c>servers.read</c></summary>
    ServersRead = 1,

    /// <summary><c>servers.write</c>: servers and their pool configuration.</summary>
    ServersWrite = 2,

    /// <summary><c>mcp.invoke</c>: the MCP endpoints.</summary>
    McpInvoke = 4,

    /// <summary><c>admin</c>: everything, tokens and audit too.</summary>
    Admin = 8 | ServersRead | ServersWrite | McpInvoke,
}
