using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The binaries for other hosts: each one file, small, and a gateway.</summary>
public sealed class OtherBinariesTests
{
    private const string Qemu = "/usr/bin/qemu-aarch64-static";

    /// <summary>What Debian's cross compiler comes with.</summary>
    private const string Arm64Root = "/usr/aarch64-linux-gnu";

    private static readonly string Arm64OpenSsl = Path.Combine(Repository.Root, "artifacts", "arm64-libssl3", "usr", "lib", "aarch64-linux-gnu");

    public static TheoryData<string, double> Limits() => new()
    {
        { OtherBinary.Arm64.Name, 21 },
        { OtherBinary.Static.Name, 28 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void One_file_is_published_and_it_is_small(string name, double limit)
    {
        var binary = new FileInfo((name == OtherBinary.Arm64.Name ? OtherBinary.Arm64 : OtherBinary.Static).Path);
        var megabytes = binary.Length / 1e6;
        Figures.Write($"size of the binary, {name}", string.Create(CultureInfo.InvariantCulture, $"{megabytes:F1} MB"));

        Assert.Equal([binary.Name], binary.Directory!.EnumerateFileSystemInfos().Select(file => file.Name));
        Assert.InRange(megabytes, 1, limit);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_arm64_binary_serves()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace { Launch = Arm64(withOpenSsl: true) };

        var (exitCode, output, _) = await GatewayProcess.RunAsync(workspace, ["version"], cancelled);

        Assert.Equal(0, exitCode);
        Assert.Contains("linux-arm64", output, StringComparison.Ordinal);
        await ServesAsync(workspace, cancelled);
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_OpenSSL_the_arm64_binary_says_what_to_install()
    {
        Assert.SkipWhen(RuntimeInformation.OSArchitecture is Architecture.Arm64, "this machine's own OpenSSL is found");
        using var workspace = new Workspace { Launch = Arm64(withOpenSsl: false) };

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["--port", "0"], TestContext.Current.CancellationToken);

        Assert.Equal(1, exitCode);
        Assert.Contains("install libssl3", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_static_binary_serves_where_there_is_nothing_else()
    {
        using var workspace = EmptyRoot.Make();

        await ServesAsync(workspace, TestContext.Current.CancellationToken);
    }

    /// <summary>Health, a token, a server, a call to it, and a clean end: HTTP both ways, SQLite, and the cryptography of tokens and of the key.</summary>
    private static async Task ServesAsync(Workspace workspace, CancellationToken cancelled)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var (health, _) = await gateway.Api.GetAsync("/health", cancelled);
        var server = await gateway.Api.AddServerAsync("elsewhere", upstream.Url, cancelled);
        var (called, answer) = await gateway.Api.PostAsync(
            $"/servers/{server}/rpc", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}}""", cancelled);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (health, called));
        Assert.True(answer.TryGetProperty("result", out _), answer.ToString());
        Assert.Equal(0, await gateway.StopAsync(cancelled));
    }

    private static Launch Arm64(bool withOpenSsl)
    {
        var binary = OtherBinary.Arm64.Path;
        if (RuntimeInformation.OSArchitecture is Architecture.Arm64)
        {
            return new(binary);
        }

        Require.That(File.Exists(Qemu) && Directory.Exists(Arm64Root), "needs an emulator and libc: apt-get install qemu-user-static libc6-dev-arm64-cross");
        Require.That(
            !withOpenSsl || File.Exists(Path.Combine(Arm64OpenSsl, "libssl.so.3")),
            "needs arm64's OpenSSL: apt-get download libssl3:arm64, unpacked (dpkg-deb -x) into artifacts/arm64-libssl3; .ci/run does it");
        return new([Qemu, "-L", Arm64Root, .. withOpenSsl ? (string[])["-E", $"LD_LIBRARY_PATH={Arm64OpenSsl}"] : [], binary]);
    }
}
