namespace EdgeGateway.Configuration;

/// <summary>Flag over environment over <c>.env</c> over default, row by row; collects every error instead of stopping at the first.</summary>
internal static class SettingsReader
{
    /// <summary>A longer value is not repeated in a message.</summary>
    private const int QuotedLength = 60;

    private const string PoolPrefix = "SESSION_POOL_";

    /// <param name="flags">By variable name, as given on the command line.</param>
    /// <param name="environment">The process environment.</param>
    /// <param name="dotEnv">The .env file, or null.</param>
    public static SettingsReport Read(
        IReadOnlyDictionary<string, string> flags, IReadOnlyDictionary<string, string> environment, DotEnvFile? dotEnv)
    {
        var options = new GatewayOptions { DataFolder = "", JwtSecretKey = "" };
        var values = new List<EffectiveSetting>(SettingsTable.All.Count);
        var errors = new List<string>(dotEnv?.Errors ?? []);
        var warnings = new List<string>();

        foreach (var setting in SettingsTable.All)
        {
            var value = Find(setting, flags, environment, dotEnv);
            values.Add(value);
            if (value.Text is null || (value.Source == SettingSource.Default && setting.NullWhenUnset))
            {
                continue;
            }
            if (setting.Read(value.Text, ref options) is { } accepted)
            {
                errors.Add($"{setting.Variable} is {Shown(value)} ({value.Origin}); it must be {accepted}.");
            }
        }

        SettingRules.Check(options, values, errors, warnings);
        WarnOfUnknownNames(environment.Keys, "environment", warnings);
        WarnOfUnknownNames(dotEnv?.Values.Keys ?? [], dotEnv?.Name ?? "", warnings);
        return new(options with { Settings = values }, values, errors, warnings);
    }

    /// <summary>An empty value counts as not set: that is what <c>NAME=</c> in a .env or a compose file means.</summary>
    private static EffectiveSetting Find(
        Setting setting, IReadOnlyDictionary<string, string> flags, IReadOnlyDictionary<string, string> environment, DotEnvFile? dotEnv)
    {
        if (flags.TryGetValue(setting.Variable, out var flag))
        {
            return new(setting, flag, SettingSource.Flag, setting.Flag);
        }
        if (environment.TryGetValue(setting.Variable, out var variable) && variable.Length > 0)
        {
            // A secret counts to its last space: other programs read the same variable as it stands.
            return new(setting, setting.Secret ? variable : variable.Trim(), SettingSource.Environment, "environment");
        }
        if (dotEnv is not null && dotEnv.Values.TryGetValue(setting.Variable, out var entry) && entry.Value.Length > 0)
        {
            return new(setting, entry.Value, SettingSource.DotEnv, $"{dotEnv.Name} line {entry.Line}");
        }
        return new(setting, setting.Default, SettingSource.Default, "default");
    }

    private static string Shown(EffectiveSetting value) =>
        value.Setting.Secret ? "set"
        : value.Text!.Length > QuotedLength ? $"\"{value.Text[..QuotedLength]}…\""
        : $"\"{value.Text}\"";

    private static void WarnOfUnknownNames(IEnumerable<string> names, string origin, List<string> warnings)
    {
        foreach (var name in names)
        {
            if (name.StartsWith(PoolPrefix, StringComparison.Ordinal) && SettingsTable.All.All(setting => setting.Variable != name))
            {
                var nearest = NearestName.Of(name, SettingsTable.All.Select(setting => setting.Variable));
                warnings.Add($"{name} ({origin}) is not a setting and has no effect; the nearest is {nearest}.");
            }
        }
    }
}
