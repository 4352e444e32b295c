using EdgeGateway.Cli;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class SystemdVerbTests : IDisposable
{
    private readonly CliRun _cli = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task The_unit_is_printed_as_it_is_embedded()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "systemd", "unit"));

        Assert.Equal(SystemdVerb.Unit(forLocalCommands: false), _cli.Output);
        Assert.Contains("\nType=notify\n", _cli.Output);
        Assert.Contains("\nMemoryDenyWriteExecute=yes\n", _cli.Output);
    }

    /// <summary>Three lines and no other: a line that is spelled otherwise in the unit would silently stay strict.</summary>
    [Fact]
    public async Task For_local_commands_three_lines_are_relaxed()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "systemd", "unit", "--stdio"));

        var strict = SystemdVerb.Unit(forLocalCommands: false).Split('\n');
        var relaxed = _cli.Output.Split('\n');
        Assert.Equal(strict.Length, relaxed.Length);
        Assert.Equal(["MemoryDenyWriteExecute=no", "ProcSubset=all", "TasksMax=1024"], relaxed.Except(strict).Order());
    }
}
