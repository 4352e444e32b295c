using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Pools;

namespace EdgeGateway.Cli;

/// <summary>The parts of README.md that tables of the program write: what stands between <c>&lt;!-- name … --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.</summary>
internal static class ReadmeSections
{
    public static IReadOnlyList<(string Name, string Help, Func<string> Render)> All { get; } =
    [
        ("settings", "The settings as Markdown tables", SettingsMarkdown.Render),
        ("pool-settings", "The fields of a pool's configuration as a Markdown table", PoolMarkdown.Fields),
        ("strategies", "The strategies as a Markdown table", PoolMarkdown.Strategies),
    ];

    /// <summary>The text with every section written anew.</summary>
    /// <exception cref="FormatException">A section's marks are missing.</exception>
    public static string Fill(string readme) => All.Aggregate(readme, (text, section) => Fill(text, section.Name, section.Render()));

    private static string Fill(string text, string name, string content)
    {
        var begin = text.IndexOf($"<!-- {name}:", StringComparison.Ordinal);
        var start = begin < 0 ? -1 : text.IndexOf("-->\n", begin, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf($"<!-- /{name} -->", start, StringComparison.Ordinal);
        return end < 0
            ? throw new FormatException($"The marks <!-- {name}: … --> and <!-- /{name} --> are missing, or not in this order.")
            : $"{text[..(start + 4)]}\n{content.TrimEnd('\n')}\n\n{text[end..]}";
    }
}
