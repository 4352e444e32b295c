using System.Text;

namespace EdgeGateway.Configuration;

/// <summary>Renders one group of the option table for the README, in the setup guide's form. A test compares the README with it.</summary>
internal static class MarkdownTable
{
    public static string Render(SettingGroup group)
    {
        var text = new StringBuilder("| Setting | Default | Range | Description |\n|---------|---------|-------|-------------|\n");
        foreach (var setting in SettingsTable.All.Where(setting => setting.Group == group))
        {
            text.Append("| `").Append(setting.Variable).Append("` | ");
            text.Append(setting.Default is { } value ? $"`{value}`" : "–").Append(" | ");
            text.Append(setting.Range.Length == 0 ? "–" : setting.Range).Append(" | ").Append(setting.Help).Append(" |\n");
        }
        return text.ToString();
    }
}
