using EdgeGateway.Configuration;

namespace EdgeGateway.Lifecycle.Reload;

/// <summary>A setting that reads otherwise than before.</summary>
/// <param name="Name">Its variable.</param>
/// <param name="Before">As it was in force; a secret is masked.</param>
/// <param name="After">As it reads now; a secret is masked.</param>
/// <param name="Applied">Whether it is in force; otherwise it will be at the next start.</param>
internal sealed record SettingChange(string Name, string? Before, string? After, bool Applied)
{
    public static IEnumerable<SettingChange> Between(IReadOnlyList<EffectiveSetting> before, IReadOnlyList<EffectiveSetting> after) =>
        from old in before
        join now in after on old.Setting equals now.Setting
        where old.Text != now.Text
        select new SettingChange(old.Setting.Variable, old.Shown, now.Shown, old.Setting.Reloadable);

    public override string ToString() => $"{Name} {Before ?? "unset"} → {After ?? "unset"}{(Applied ? "" : " (at the next start)")}";
}
