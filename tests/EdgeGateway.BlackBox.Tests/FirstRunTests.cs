using System.Diagnostics;
using System.Text.RegularExpressions;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>What a person sees who starts the binary for the first time, on a terminal.</summary>
public sealed partial class FirstRunTests
{
    private const string Script = "/usr/bin/script";

    [Fact(Timeout = 120_000)]
    public async Task The_first_run_reads_as_the_README_shows_it()
    {
        var cancelled = TestContext.Current.CancellationToken;
        Require.That(File.Exists(Script), $"needs {Script} for a terminal: apt-get install bsdutils");
        using var workspace = new Workspace();

        // script(1) gives the binary a terminal; Ctrl-C is typed as soon as the last line is there.
        var start = new ProcessStartInfo(Script, ["--quiet", "--return", "--flush", "--command", $"exec {Launch.Published.AsProgram(workspace.Folder)} --port 0", "/dev/null"])
        {
            WorkingDirectory = workspace.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = workspace.Folder;
        start.Environment["TERM"] = "xterm";
        using var terminal = Process.Start(start)!;
        await using var ended = cancelled.Register(() => terminal.Kill(entireProcessTree: true));
        var seen = new List<string>();
        while (await terminal.StandardOutput.ReadLineAsync(cancelled) is { } line)
        {
            seen.Add(line.TrimEnd('\r'));
            if (line.Contains("Ctrl-C", StringComparison.Ordinal))
            {
                await terminal.StandardInput.WriteAsync('\u0003');
                await terminal.StandardInput.FlushAsync(cancelled);
            }
        }

        await terminal.WaitForExitAsync(cancelled);
        Assert.Equal(0, terminal.ExitCode);

        // Log and banner are written by different threads: their lines keep their order among themselves.
        var (shown, printed) = (Shown().Split('\n'), Normal(string.Join('\n', seen), workspace.Folder).Split('\n'));
        Assert.Equal(shown.Where(IsLog), printed.Where(IsLog));
        Assert.Equal(shown.Where(line => !IsLog(line)), printed.Where(line => !IsLog(line)));
    }

    private static bool IsLog(string line) => line.StartsWith("TIME ", StringComparison.Ordinal);

    /// <summary>The block behind the mark, after its first line: that is what was typed.</summary>
    private static string Shown()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");
        var block = readme[readme.IndexOf("<!-- first run: a test compares -->", StringComparison.Ordinal)..];
        block = block[(block.IndexOf("```text\n", StringComparison.Ordinal) + "```text\n".Length)..];
        block = block[..block.IndexOf("\n```", StringComparison.Ordinal)];
        return Normal(block[(block.IndexOf('\n') + 1)..], "/home/you");
    }

    /// <summary>What differs from run to run: times, the port, the link's number, the home folder.</summary>
    private static string Normal(string text, string home)
    {
        text = text.Replace("^C", "", StringComparison.Ordinal).Replace(home, "~", StringComparison.Ordinal);
        text = Escapes().Replace(text, "");
        text = Times().Replace(text, "TIME");
        text = Ports().Replace(text, "127.0.0.1:PORT");
        return Links().Replace(text, "#token=LINK");
    }

    /// <summary>How the runtime sets up a terminal.</summary>
    [GeneratedRegex(@"\u001b(\[\?1h|=)")]
    private static partial Regex Escapes();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Times();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Ports();

    [GeneratedRegex(@"#token=\S+")]
    private static partial Regex Links();
}
