using EdgeGateway.Configuration;

namespace EdgeGateway.ControlPlane.Settings;

/// <summary>Every setting, in the order of the option table, and the file of state.</summary>
internal sealed record SettingsResponse(IReadOnlyList<SettingResponse> Items, DatabaseResponse Database);

/// <param name="Name">In the environment and in <c>.env</c>.</param>
/// <param name="Value">As written; the default where it was not set. A secret shows that it is set and nothing else, not even its length.</param>
/// <param name="Source">flag, environment, .env or default.</param>
/// <param name="Default">As text; null where there is none, and always for a secret.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Secret">Whether the value is masked.</param>
internal sealed record SettingResponse(string Name, string? Value, string Source, string? Default, string Help, bool Secret)
{
    public static SettingResponse Of(EffectiveSetting effective)
    {
        var setting = effective.Setting;
        return new SettingResponse(
            setting.Variable,
            effective.Shown,
            SourceOf(effective.Source),
            setting.Secret ? null : setting.Default,
            setting.Help,
            setting.Secret);
    }

    private static string SourceOf(SettingSource source) => source switch
    {
        SettingSource.Flag => "flag",
        SettingSource.Environment => "environment",
        SettingSource.DotEnv => ".env",
        _ => "default",
    };
}

/// <param name="Path">Absolute.</param>
/// <param name="SizeBytes">With its write-ahead log.</param>
/// <param name="SchemaVersion">Null where it cannot be read.</param>
/// <param name="Ok">Whether the last write went well and it can be read now.</param>
internal sealed record DatabaseResponse(string Path, long SizeBytes, int? SchemaVersion, bool Ok);
