using System.CommandLine;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway systemd unit</c>: the unit that is embedded in the binary, edge-gateway.service beside this file.</summary>
internal static class SystemdVerb
{
    /// <summary>What local commands need: Node makes code at run time, and a command may need more of the system than the gateway.</summary>
    private static readonly (string Strict, string Relaxed)[] ForLocalCommands =
    [
        ("MemoryDenyWriteExecute=yes", "MemoryDenyWriteExecute=no"),
        ("ProcSubset=pid", "ProcSubset=all"),
        ("TasksMax=256", "TasksMax=1024"),
    ];

    public static Command Create(CliContext context)
    {
        var stdio = new Option<bool>("--stdio") { Description = "For servers that are local commands: allows what Node and Python need" };
        var unit = new Command("unit", "Print a hardened unit: edge-gateway systemd unit > /etc/systemd/system/edge-gateway.service") { stdio };
        unit.SetAction(parsed =>
        {
            context.Output.Write(Unit(parsed.GetValue(stdio)));
            return ExitCode.Ok;
        });
        return new Command("systemd", "Run as a service of systemd") { unit };
    }

    public static string Unit(bool forLocalCommands)
    {
        using var resource = typeof(SystemdVerb).Assembly.GetManifestResourceStream("edge-gateway.service")
            ?? throw new InvalidOperationException("The build embedded no edge-gateway.service.");
        using var reader = new StreamReader(resource);
        var unit = reader.ReadToEnd();
        return forLocalCommands
            ? ForLocalCommands.Aggregate(unit, (text, line) => text.Replace(line.Strict, line.Relaxed, StringComparison.Ordinal))
            : unit;
    }
}
