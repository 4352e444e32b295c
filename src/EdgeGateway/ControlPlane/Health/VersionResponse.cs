using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.Eras;

namespace EdgeGateway.ControlPlane.Health;

/// <summary>What runs here.</summary>
internal sealed record VersionResponse(string Version, string Commit, string Runtime, string SqliteVersion, IReadOnlyList<string> McpRevisions)
{
    public static VersionResponse Current { get; } =
        new(BuildInfo.Version, BuildInfo.Commit, BuildInfo.Runtime, BuildInfo.SqliteVersion, ProtocolVersions.Legacy);
}
