using System.Net;
using System.Net.Sockets;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class ServeVerbTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData]
    [InlineData("serve")]
    public async Task A_port_in_use_is_exit_3(params string[] verb)
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port.ToString();

        Assert.Equal(3, await _cli.RunAsync(TestContext.Current.CancellationToken, [.. verb, "--host", "127.0.0.1", "--port", port]));

        Assert.Contains("Stop the program that uses the port, or choose another: --port 4445", _cli.Error);
    }

    [Fact]
    public async Task A_damaged_database_is_exit_4()
    {
        Directory.CreateDirectory(_cli.DataFolder);
        await File.WriteAllTextAsync(Path.Combine(_cli.DataFolder, "edge-gateway.db"), new string('x', 4096), TestContext.Current.CancellationToken);

        Assert.Equal(4, await _cli.RunAsync(TestContext.Current.CancellationToken, "--host", "127.0.0.1", "--port", "0"));

        Assert.Contains("is damaged or is not a database. Restore it from a backup", _cli.Error);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_exit_2()
    {
        Assert.Equal(2, await _cli.RunAsync(TestContext.Current.CancellationToken, "--host", "192.0.2.1", "--port", "0"));

        Assert.Contains("HOST is no address of this machine", _cli.Error);
    }
}
