using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using Xunit;

namespace EdgeGateway.Tests.Configuration;

public sealed class DataFolderTests
{
    private static readonly Dictionary<string, string> Everything = new()
    {
        ["STATE_DIRECTORY"] = "/state/a:/state/b",
        ["XDG_DATA_HOME"] = "/xdg",
        ["HOME"] = "/home/u",
    };

    [Fact]
    public void The_first_that_is_known_is_used()
    {
        Assert.Equal("/set", DataFolder.Resolve("/set", Everything, _ => true));
        Assert.Equal("/state/a", DataFolder.Resolve("", Everything, _ => true));
        Assert.Equal("/var/lib/edge-gateway", DataFolder.Resolve("", Without("STATE_DIRECTORY"), _ => true));
        Assert.Equal("/xdg/edge-gateway", DataFolder.Resolve("", Without("STATE_DIRECTORY"), _ => false));
        Assert.Equal("/home/u/.local/share/edge-gateway", DataFolder.Resolve("", Without("STATE_DIRECTORY", "XDG_DATA_HOME"), _ => false));
    }

    [Fact]
    public void A_relative_xdg_path_is_ignored()
    {
        var environment = new Dictionary<string, string> { ["XDG_DATA_HOME"] = "relative", ["HOME"] = "/home/u" };

        Assert.Equal("/home/u/.local/share/edge-gateway", DataFolder.Resolve("", environment, _ => false));
    }

    [Fact]
    public void Without_any_place_the_operator_is_asked_for_one()
    {
        var failure = Assert.Throws<BootException>(() => DataFolder.Resolve("", new Dictionary<string, string>(), _ => false));

        Assert.Equal(2, failure.ExitCode);
        Assert.Contains("--data", failure.Message);
    }

    private static Dictionary<string, string> Without(params string[] names) =>
        Everything.Where(entry => !names.Contains(entry.Key)).ToDictionary();
}
