using System.Text;

namespace EdgeGateway.Configuration;

/// <summary>Renders <c>.env.example</c> from the option table. A test compares the file in the repository with it.</summary>
internal static class EnvExample
{
    public static string Render()
    {
        var text = new StringBuilder("""
            # Settings of Edge Gateway. Copy to .env in the folder the gateway is started in, and edit.
            # A line beginning with # is a comment; commented settings show their default.
            # A flag (--port 4444) wins over the environment, which wins over this file.

            """);
        foreach (var group in SettingsTable.All.GroupBy(setting => setting.Group))
        {
            text.Append('\n').Append("# --- ").Append(group.Key).Append(" ---\n");
            foreach (var setting in group)
            {
                text.Append("\n# ").Append(setting.Help);
                text.Append(setting.Range.Length == 0 ? ".\n" : $". [{setting.Range}]\n");
                text.Append(setting.ShownActive ? "" : "# ").Append(setting.Variable).Append('=').Append(setting.Default).Append('\n');
            }
        }
        return text.ToString();
    }
}
