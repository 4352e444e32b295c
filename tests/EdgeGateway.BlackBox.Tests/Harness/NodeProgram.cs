using System.ComponentModel;
using System.Diagnostics;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>A script on Node, run to its end.</summary>
internal static class NodeProgram
{
    /// <summary>How the scripts of tests/conformance say that this machine cannot run them.</summary>
    public const int Unable = 3;

    public static async Task<Ran> RunAsync(
        string node, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(node, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            await using var ended = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new Ran(process.ExitCode, output, await errors);
        }
        catch (Win32Exception missing)
        {
            return new Ran(Unable, "", $"needs Node 20 or newer and npm: apt-get install nodejs npm ({missing.Message})");
        }
    }
}

/// <summary>What a program left when it ended.</summary>
internal sealed record Ran(int ExitCode, string Output, string Errors);
