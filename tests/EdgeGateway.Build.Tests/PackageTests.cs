using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using EdgeGateway.Tests.RealUpstreams;

namespace EdgeGateway.Build.Tests;

/// <summary>build.ps1 package: what a release is made of. The binary is the published one.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Runtime = "linux-x64";
    private const string PublishFirst = "publish first: dotnet publish src/EdgeGateway -c Release -r linux-x64 -o artifacts/publish/linux-x64";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string Version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    private static readonly string Name = $"edge-gateway-{Version}-{Runtime}";

    private static readonly string Published = Path.Combine(Repository.Root, "artifacts", "publish", Runtime, "edge-gateway");

    private readonly ArtifactsFolder _artifacts = new();

    public void Dispose() => _artifacts.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task The_archive_has_what_a_host_needs_and_its_checksum_and_bill_of_materials_are_right()
    {
        var cancelled = TestContext.Current.CancellationToken;
        RequirePublished();
        Directory.CreateDirectory(Path.GetDirectoryName(_artifacts.Binary(Runtime))!);
        File.Copy(Published, _artifacts.Binary(Runtime));

        var ran = await Task.Run(() => BuildScript.Run("package", ("Runtime", Runtime), ("Artifacts", _artifacts.Path), ("NoPublish", true)), cancelled);

        Assert.Null(ran.Refusal);
        Assert.Equal(["SHA256SUMS", $"{Name}.tar.gz"], Directory.EnumerateFileSystemEntries(_artifacts.Packages).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var files = await UnpackAsync(cancelled);
        Assert.Equal(
            [
                ".env.example", "CHANGELOG.md", "LICENSE", "README.md", "edge-gateway", "edge-gateway-stdio.service", "edge-gateway.cdx.json", "edge-gateway.service",
                "grafana/edge-gateway.json",
            ],
            files.Keys.Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(file.Key == "edge-gateway" ? Executable : Readable, file.Value.Mode));
        Assert.Equal(await File.ReadAllBytesAsync(Published, cancelled), files["edge-gateway"].Content);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "LICENSE"), cancelled), files["LICENSE"].Content);
        HoldsUnits(files);
        await HoldsChecksumAsync(cancelled);
        HoldsBillOfMaterials(files);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_packaged_where_nothing_was_published()
    {
        var ran = await Task.Run(
            () => BuildScript.Run("package", ("Artifacts", _artifacts.Path), ("NoPublish", true)), TestContext.Current.CancellationToken);

        Assert.EndsWith("run: build.ps1 publish -Runtime linux-x64", ran.Refusal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_artifacts.Packages));
    }

    private static void RequirePublished()
    {
        if (Repository.IsCi)
        {
            Assert.True(File.Exists(Published), PublishFirst);
        }

        Assert.SkipUnless(File.Exists(Published), PublishFirst);
    }

    private async Task<Dictionary<string, (UnixFileMode Mode, byte[] Content)>> UnpackAsync(CancellationToken cancelled)
    {
        var files = new Dictionary<string, (UnixFileMode, byte[])>();
        await using var archive = File.OpenRead(Path.Combine(_artifacts.Packages, $"{Name}.tar.gz"));
        await using var uncompressed = new GZipStream(archive, CompressionMode.Decompress);
        await using var tar = new TarReader(uncompressed);
        while (await tar.GetNextEntryAsync(copyData: true, cancelled) is { } entry)
        {
            Assert.StartsWith($"{Name}/", entry.Name, StringComparison.Ordinal);
            Assert.Equal((0, 0), (entry.Uid, entry.Gid));
            if (entry.EntryType is TarEntryType.Directory)
            {
                continue;
            }

            using var content = new MemoryStream();
            await entry.DataStream!.CopyToAsync(content, cancelled);
            files.Add(entry.Name[(Name.Length + 1)..], (entry.Mode, content.ToArray()));
        }

        return files;
    }

    private static void HoldsUnits(Dictionary<string, (UnixFileMode Mode, byte[] Content)> files)
    {
        var embedded = File.ReadAllBytes(Path.Combine(Repository.Root, "src", "EdgeGateway", "Cli", "Systemd", "edge-gateway.service"));
        Assert.Equal(embedded, files["edge-gateway.service"].Content);
        Assert.Contains("MemoryDenyWriteExecute=no\n", System.Text.Encoding.UTF8.GetString(files["edge-gateway-stdio.service"].Content), StringComparison.Ordinal);
    }

    private async Task HoldsChecksumAsync(CancellationToken cancelled)
    {
        var archive = await File.ReadAllBytesAsync(Path.Combine(_artifacts.Packages, $"{Name}.tar.gz"), cancelled);
        Assert.Equal(
            $"{Convert.ToHexStringLower(SHA256.HashData(archive))}  {Name}.tar.gz\n",
            await File.ReadAllTextAsync(Path.Combine(_artifacts.Packages, "SHA256SUMS"), cancelled));
    }

    /// <summary>Every package that the lock file resolves for this runtime is there, with its version and hash.</summary>
    private static void HoldsBillOfMaterials(Dictionary<string, (UnixFileMode Mode, byte[] Content)> files)
    {
        using var bill = JsonDocument.Parse(files["edge-gateway.cdx.json"].Content);
        using var locked = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "src", "EdgeGateway", "packages.lock.json")));
        var subject = bill.RootElement.GetProperty("metadata").GetProperty("component");
        var parts = bill.RootElement.GetProperty("components").EnumerateArray().ToDictionary(part => part.GetProperty("purl").GetString()!);
        var expected = locked.RootElement.GetProperty("dependencies").EnumerateObject()
            .Where(framework => framework.Name is "net10.0" or $"net10.0/{Runtime}")
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() != "Project")
            .DistinctBy(package => package.Name)
            .ToList();

        Assert.Equal(("CycloneDX", "1.6"), (bill.RootElement.GetProperty("bomFormat").GetString(), bill.RootElement.GetProperty("specVersion").GetString()));
        Assert.Equal(("edge-gateway", Version), (subject.GetProperty("name").GetString(), subject.GetProperty("version").GetString()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(files["edge-gateway"].Content)), Hash(subject, "SHA-256"));
        Assert.All(expected, package =>
        {
            var version = package.Value.GetProperty("resolved").GetString();
            var part = parts[$"pkg:nuget/{package.Name}@{version}"];
            Assert.Equal((package.Name, version), (part.GetProperty("name").GetString(), part.GetProperty("version").GetString()));
            Assert.Equal(Convert.ToHexStringLower(package.Value.GetProperty("contentHash").GetBytesFromBase64()), Hash(part, "SHA-512"));
        });
        Assert.Equal("excluded", parts.Values.Single(part => part.GetProperty("name").GetString() == "Microsoft.DotNet.ILCompiler").GetProperty("scope").GetString());
        Assert.Equal(
            [$"Microsoft.AspNetCore.App.Runtime.{Runtime}", $"Microsoft.NETCore.App.Runtime.NativeAOT.{Runtime}", "sqlite"],
            parts.Values.Select(part => part.GetProperty("name").GetString()).Except(expected.Select(package => package.Name)).Order(StringComparer.Ordinal));
    }

    private static string? Hash(JsonElement part, string algorithm)
    {
        var hash = Assert.Single(part.GetProperty("hashes").EnumerateArray());
        Assert.Equal(algorithm, hash.GetProperty("alg").GetString());
        return hash.GetProperty("content").GetString();
    }
}
