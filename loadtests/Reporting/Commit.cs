using System.Diagnostics;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Reporting;

/// <summary>Which sources were measured.</summary>
internal static class Commit
{
    public static string Describe() => Git("rev-parse", "--short", "HEAD") is { Length: > 0 } commit
        ? commit + (Git("status", "--porcelain", "--untracked-files=no", "--", "src") is { Length: > 0 } ? " with changes" : "")
        : "unknown";

    private static string? Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments)
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no git here
        }
    }
}
