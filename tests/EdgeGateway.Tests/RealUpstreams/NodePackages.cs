using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace EdgeGateway.Tests.RealUpstreams;

/// <summary>Installs what tests/node/package-lock.json pins into artifacts/node, once per version of the lock.</summary>
internal static class NodePackages
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "node");

    public static string Source { get; } = Path.Combine(Repository.Root, "tests", "node");

    /// <summary>Null when installed; else why not, and what to do about it.</summary>
    public static async Task<string?> InstallAsync(CancellationToken cancellationToken)
    {
        if (await RunAsync("node", ["--version"], cancellationToken) is { } noNode)
        {
            return $"needs Node 20 or newer: apt-get install nodejs npm ({noNode})";
        }

        Directory.CreateDirectory(Folder);
        await using var turn = await TakeTurnAsync(cancellationToken);
        var stamp = Path.Combine(Folder, "installed");
        var wanted = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(Source, "package-lock.json"), cancellationToken)));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancellationToken) == wanted)
        {
            return null;
        }

        foreach (var file in (string[])["package.json", "package-lock.json"])
        {
            File.Copy(Path.Combine(Source, file), Path.Combine(Folder, file), overwrite: true);
        }

        if (await RunAsync("npm", ["ci", "--prefix", Folder, "--ignore-scripts", "--no-audit", "--no-fund"], cancellationToken) is { } failed)
        {
            return $"npm could not install tests/node/package-lock.json; it needs npm and a registry ({failed})";
        }

        await File.WriteAllTextAsync(stamp, wanted, cancellationToken);
        return null;
    }

    /// <summary>Two test processes must not install into one folder at once: the lock file is held while one does.</summary>
    private static async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await pause.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    /// <summary>Null when the program ran and ended well; else the end of what it said.</summary>
    private static async Task<string?> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var said = (errors + await output).Trim();
            return process.ExitCode == 0 ? null : $"{program} ended with {process.ExitCode}: {said[Math.Max(0, said.Length - 500)..]}";
        }
        catch (Win32Exception missing)
        {
            return $"{program}: {missing.Message}";
        }
    }
}
