using System.Net;
using System.Net.Sockets;
using EdgeGateway.BlackBox.Tests.Harness;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>0 ok · 2 bad configuration or usage · 3 port in use · 4 database locked or unwritable (operations.md).</summary>
public sealed class ExitCodeTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_bad_env_file_is_exit_2_and_every_wrong_setting_is_named()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = Workspace.With(
            "SESSION_POOL_ENABLED=perhaps",
            "SESSION_POOL_SIZE=0",
            "SESSION_POOL_STRATEGY=fastest",
            "SESSION_POOL_TTL=an hour",
            "JWT_SECRET_KEY=short");

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["serve", "--port", "0"], cancelled);

        Assert.Equal(2, exitCode);
        Assert.All(
            ["SESSION_POOL_ENABLED", "SESSION_POOL_SIZE", "SESSION_POOL_STRATEGY", "SESSION_POOL_TTL", "JWT_SECRET_KEY"],
            setting => Assert.Contains(setting, text, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--no-such-flag")]
    [InlineData("no-such-verb")]
    public async Task Bad_usage_is_exit_2(string argument)
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, [argument], cancelled);

        Assert.Equal(2, exitCode);
        Assert.Contains(argument, text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_port_in_use_is_exit_3_and_the_port_is_named()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["--port", port], cancelled);

        Assert.Equal(3, exitCode);
        Assert.Contains(port, text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_data_folder_that_cannot_be_made_is_exit_4_and_named()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        await File.WriteAllTextAsync(workspace.Data, "a file where the folder should be", cancelled);

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["--port", "0"], cancelled);

        Assert.Equal(4, exitCode);
        Assert.Contains(workspace.Data, text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }
}
