using EdgeGateway.Configuration;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Configuration;

public sealed class SettingsTableTests
{
    [Fact]
    public void Names_and_flags_are_unique()
    {
        Assert.Distinct(SettingsTable.All.Select(setting => setting.Variable));
        Assert.Distinct(SettingsTable.All.Select(setting => setting.Flag));
    }

    [Fact]
    public void Every_default_is_a_value_its_own_row_accepts()
    {
        foreach (var setting in SettingsTable.All.Where(setting => setting.Default is not null))
        {
            var options = new GatewayOptions { DataFolder = "", JwtSecretKey = "" };
            Assert.Null(setting.Read(setting.Default!, ref options));
        }
    }

    [Fact]
    public void The_example_in_the_repository_is_what_the_table_renders() =>
        Assert.True(
            File.ReadAllText(Path.Combine(Repository.Root, ".env.example")) == EnvExample.Render(),
            "Write it anew: dotnet run --project src/EdgeGateway -- docs env > .env.example");

    [Fact]
    public void The_example_copied_as_it_is_changes_nothing_but_shows_the_switch()
    {
        var file = DotEnvFile.Parse(EnvExample.Render(), ".env");
        var report = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<string, string>(), file);

        Assert.Equal(["SESSION_POOL_ENABLED"], file.Values.Keys);
        Assert.Empty(report.Errors);
        Assert.Empty(report.Warnings);
    }

    [Fact]
    public void The_example_with_every_comment_taken_off_is_valid()
    {
        var active = string.Join('\n', EnvExample.Render().Split('\n').Select(line => line.StartsWith("# ", StringComparison.Ordinal) && IsSetting(line[2..]) ? line[2..] : line));
        var file = DotEnvFile.Parse(active, ".env");

        Assert.Equal(SettingsTable.All.Count, file.Values.Count);
        Assert.Empty(SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<string, string>(), file).Errors);

        static bool IsSetting(string line) => SettingsTable.All.Any(setting => line.StartsWith(setting.Variable + "=", StringComparison.Ordinal));
    }
}
