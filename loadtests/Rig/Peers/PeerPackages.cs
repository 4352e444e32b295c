using System.Text.Json;

namespace EdgeGateway.LoadTests.Rig.Peers;

/// <summary>The gateways of npm that <c>loadtests/side-by-side/package-lock.json</c> pins, installed into artifacts/side-by-side.</summary>
/// <param name="Node">The Node that runs all of them.</param>
internal sealed record PeerPackages(string Node)
{
    private static readonly string Installed = Repository.At("artifacts", "side-by-side", "node_modules");

    /// <summary>Preloaded into each: one that can only be told a port would listen on every interface.</summary>
    private static readonly string Loopback = new Uri(Repository.At("tests", "node", "loopback.mjs")).AbsoluteUri;

    /// <summary>Installs them, unless they are there. Throws <see cref="NotRunException"/> where that cannot be.</summary>
    public static async Task<PeerPackages> InstallAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Programs.TryFind("node", out var node) || !Programs.TryFind("npm", out _))
        {
            throw new NotRunException("Node and npm are missing (apt-get install nodejs npm)");
        }

        // npm finds the registry and its cache by these.
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
        await using var install = ChildProcess.Start(node, [Repository.At("loadtests", "side-by-side", "install.mjs")], environment, folder);
        return await install.EndAsync(cancellationToken) == 0
            ? new PeerPackages(await install.WhenSaidAsync(line => line.StartsWith('/'), cancellationToken))
            : throw new NotRunException(install.Text);
    }

    public static string VersionOf(string package)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Installed, package, "package.json")));
        return json.RootElement.GetProperty("version").GetString()!;
    }

    /// <summary>What runs the package's program.</summary>
    public static IEnumerable<string> CommandOf(Peer peer, IEnumerable<string> arguments) =>
        ["--import", Loopback, Path.Combine(Installed, peer.Package, peer.Program), .. arguments];
}
