namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Permissions as tokens spell them: ours and ContextForge's.</summary>
internal static class PermissionNames
{
    /// <summary>What a token without scopes may do.</summary>
    public const Permissions Default = Permissions.McpInvoke | Permissions.ServersRead;

    /// <summary>Stands for whatever the bearer may do anyway.</summary>
    public const string Wildcard = "*";

    public static IReadOnlyList<string> Ours { get; } = ["servers.read", "servers.write", "mcp.invoke", "admin"];

    /// <summary>An unknown name gives nothing.</summary>
    public static Permissions Parse(string name) => name switch
    {
        "servers.read" => Permissions.ServersRead,
        "servers.write" or "servers.create" or "servers.update" or "servers.delete" => Permissions.ServersWrite,
        "mcp.invoke" or "tools.execute" => Permissions.McpInvoke,
        "admin" => Permissions.Admin,
        _ => Permissions.None,
    };

    /// <summary>One name for each, or admin for all.</summary>
    public static IReadOnlyList<string> ListOf(Permissions permissions) => permissions == Permissions.None ? [] : Format(permissions).Split(' ');

    /// <summary>For messages: "admin", or "servers.read mcp.invoke".</summary>
    public static string Format(Permissions permissions) => permissions switch
    {
        Permissions.None => "nothing",
        Permissions.Admin => "admin",
        _ => string.Join(' ', Ours.Where(name => name != "admin" && (permissions & Parse(name)) != 0)),
    };
}
