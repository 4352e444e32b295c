using System.Diagnostics;
using Xunit;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>A root folder with the fully static binary, /dev/urandom, /etc/hosts and /etc/resolv.conf in it, and nothing else.</summary>
internal static class EmptyRoot
{
    /// <summary>Becomes the gateway, so that its process is the one that was started. Who is not root becomes it in a namespace of its own.</summary>
    private const string Enter = """
        root=$0
        if [ "$(id -u)" -eq 0 ]; then
          [ -c "$root/dev/urandom" ] || mknod -m 666 "$root/dev/urandom" c 1 9
          exec /usr/sbin/chroot "$root" /edge-gateway "$@"
        fi
        [ -e "$root/dev/urandom" ] || : > "$root/dev/urandom"
        exec unshare --map-root-user --mount sh -c 'mount --bind /dev/urandom "$0/dev/urandom" && exec /usr/sbin/chroot "$0" /edge-gateway "$@"' "$root" "$@"
        """;

    /// <summary>The same rights, asked for where nothing hangs on them.</summary>
    private const string Trial = """
        if [ "$(id -u)" -eq 0 ]; then
          mknod -m 666 "$0/urandom" c 1 9 && head -c 1 "$0/urandom" > /dev/null && exec /usr/sbin/chroot / true
        fi
        exec unshare --map-root-user --mount /usr/sbin/chroot / true
        """;

    private static readonly Lazy<string?> Refusal = new(Try);

    /// <summary>A workspace whose gateway runs in such a root, which lies in the workspace's folder.</summary>
    public static Workspace Make()
    {
        var binary = OtherBinary.Static.Path;
        Require.That(File.Exists("/usr/sbin/chroot"), "needs chroot: apt-get install coreutils");

        // Not Require: it is a right, which no installation of a package gives.
        Assert.SkipUnless(Refusal.Value is null, Refusal.Value ?? "");
        var root = Directory.CreateTempSubdirectory("edge-gateway-root-").FullName;
        var workspace = new Workspace(root)
        {
            Launch = new("/bin/sh", "-euc", Enter, root) { Environment = new Dictionary<string, string> { ["EDGE_GATEWAY_DATA"] = "/data" } },
        };
        Directory.CreateDirectory(Path.Combine(root, "dev"));
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        File.Copy("/etc/hosts", Path.Combine(root, "etc", "hosts"));
        File.Copy("/etc/resolv.conf", Path.Combine(root, "etc", "resolv.conf"));
        File.Copy(binary, Path.Combine(root, "edge-gateway"));
        return workspace;
    }

    private static string? Try()
    {
        var folder = Directory.CreateTempSubdirectory("edge-gateway-root-trial-").FullName;
        try
        {
            using var trial = Process.Start(new ProcessStartInfo("/bin/sh", ["-euc", Trial, folder]) { RedirectStandardError = true })!;
            var errors = trial.StandardError.ReadToEnd();
            trial.WaitForExit();
            return trial.ExitCode == 0 ? null : $"needs the right to make a device and to change the root folder: {errors.Trim()}";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
