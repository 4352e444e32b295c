using EdgeGateway.Cli;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Documentation;

public sealed class ReadmeSectionsTests
{
    [Fact]
    public void The_tables_of_the_README_are_what_the_program_renders()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.True(readme == ReadmeSections.Fill(readme), "Write them anew: dotnet run --project src/EdgeGateway -- docs readme README.md");
    }

    [Fact]
    public void Every_setting_and_every_field_is_in_them()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.All(SettingsTable.All, setting => Assert.Contains($"\n| `{setting.Variable}` | ", readme));
        Assert.All(PoolFields.All, field => Assert.Contains($"\n| `{field.Name}` | ", readme));
    }

    [Fact]
    public void The_rows_are_those_of_the_guide()
    {
        Assert.Contains("| `SESSION_POOL_MAX_IDLE_TIME` | `300` | 60–86400 | Max idle time before cleanup (seconds) |\n", SettingsMarkdown.Render());
        Assert.Contains("| `size` | 5 | 1–1000 | `SESSION_POOL_SIZE` | ", PoolMarkdown.Fields());
    }

    [Fact]
    public void A_section_is_replaced_between_its_marks_and_nothing_else_is_touched()
    {
        const string Before = "a\n<!-- settings: x -->\nstale text\n<!-- /settings -->\nb\n<!-- pool-settings: y -->\n<!-- /pool-settings -->\n<!-- strategies: z -->\n<!-- /strategies -->\nc\n";

        var after = ReadmeSections.Fill(Before);

        Assert.StartsWith("a\n<!-- settings: x -->\n\nPools", after);
        Assert.EndsWith("<!-- /strategies -->\nc\n", after);
        Assert.DoesNotContain("stale text", after);
        Assert.Equal(after, ReadmeSections.Fill(after));
        Assert.Throws<FormatException>(() => ReadmeSections.Fill("no marks"));
    }
}
