using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>
/// prctl(PR_SET_MDWE): from then on a process, what it executes and what it starts can make no memory executable that was writable. Between
/// fork and exec somebody has to ask for it, and it cannot be the tests' own process, which compiles as it runs: perl does, which no
/// Debian is without.
/// </summary>
internal static class MemoryProtection
{
    public const string Perl = "/usr/bin/perl";

    private const int Set = 65;
    private const int Get = 66;
    private const int RefuseExecGain = 1;

    private static readonly int Prctl = RuntimeInformation.OSArchitecture is Architecture.Arm64 ? 167 : 157;

    private static readonly Lazy<string?> Trial = new(Try);

    /// <summary>Goes before a command that is to be protected.</summary>
    public static string[] Command { get; } =
        [Perl, "-e", $$"""syscall({{Prctl}}, {{Set}}, {{RefuseExecGain}}, 0, 0, 0) == 0 or die "PR_SET_MDWE: $!\n"; exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n" """];

    /// <summary>A perl program that says on standard error whether it is protected.</summary>
    public static string Probe { get; } = $"""print STDERR "protection: ", syscall({Prctl}, {Get}, 0, 0, 0, 0), "\n" """;

    /// <summary>Why this machine cannot do it (Linux 6.3 can); null when it can.</summary>
    public static string? Unavailable => Trial.Value;

    private static string? Try()
    {
        Require.That(File.Exists(Perl), $"needs {Perl}: apt-get install perl-base");
        using var trial = Process.Start(new ProcessStartInfo(Command[0], [.. Command[1..], "/bin/true"]) { RedirectStandardError = true })!;
        var errors = trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0 ? null : $"the kernel refuses memory protection (Linux 6.3 has it): {errors.Trim()}";
    }
}
