using System.Diagnostics;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>Commands as the guide prints them, run by bash.</summary>
internal static class Shell
{
    public static async Task<string> RunAsync(string script, Workspace workspace, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bash", ["-euc", script])
        {
            WorkingDirectory = workspace.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"bash ended with {process.ExitCode}: {await errors}{output}");
    }
}
