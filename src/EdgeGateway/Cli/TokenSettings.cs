using EdgeGateway.Configuration;

namespace EdgeGateway.Cli;

/// <summary>The settings the token verbs depend on: the same secret and names as the service.</summary>
internal static class TokenSettings
{
    public static bool Includes(Setting setting) =>
        setting.Group is SettingGroup.Storage || setting.Variable.StartsWith("JWT_", StringComparison.Ordinal);
}
