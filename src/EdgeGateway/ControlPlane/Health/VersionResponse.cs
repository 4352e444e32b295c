using System.Reflection;
using System.Runtime.InteropServices;
using EdgeGateway.Mcp.Eras;

namespace EdgeGateway.ControlPlane.Health;

/// <summary>What runs here.</summary>
internal sealed record VersionResponse(string Version, string? Commit, string Runtime, string SqliteVersion, IReadOnlyList<string> McpRevisions)
{
    /// <summary>The build stamps <c>version+commit</c> into the assembly.</summary>
    public static VersionResponse Create(string sqliteVersion)
    {
        var stamped = typeof(VersionResponse).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var plus = stamped.IndexOf('+');
        return new VersionResponse(
            plus < 0 ? stamped : stamped[..plus],
            plus < 0 ? null : stamped[(plus + 1)..],
            $"{RuntimeInformation.FrameworkDescription} {RuntimeInformation.RuntimeIdentifier}",
            sqliteVersion,
            ProtocolVersions.Legacy);
    }
}
