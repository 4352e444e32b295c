using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>
/// A collection's fixture: what tests/conformance/package-lock.json pins, installed, with the Node that runs it. A test begins with
/// <see cref="Require"/>, which skips it where Node is missing, and fails it in CI (CI=true).
/// </summary>
public sealed class SuitePackages : IAsyncLifetime
{
    /// <summary>An install over a slow line.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string Sources = Path.Combine(Repository.Root, "tests", "conformance");
    private static readonly string Installed = Path.Combine(Repository.Root, "artifacts", "conformance");

    private string? _unavailable;

    /// <summary>Path of the program.</summary>
    public string Node { get; private set; } = "node";

    public void Require()
    {
        if (Repository.IsCi)
        {
            Assert.True(_unavailable is null, _unavailable);
        }

        Assert.SkipUnless(_unavailable is null, _unavailable ?? "");
    }

    /// <summary>The main file of an installed package.</summary>
    public static string Package(params string[] path) => Path.Combine([Installed, "node_modules", "@modelcontextprotocol", .. path]);

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var ran = await NodeProgram.RunAsync("node", [Path.Combine(Sources, "install.mjs")], new Dictionary<string, string>(), patience.Token);
        _unavailable = ran.ExitCode switch
        {
            0 => null,
            NodeProgram.Unable => ran.Errors,
            _ => throw new InvalidOperationException($"install.mjs ended with {ran.ExitCode}: {ran.Errors}"),
        };
        Node = ran.Output.Trim();
    }

    /// <summary>A script of tests/conformance, where its imports are found.</summary>
    public static string Script(params string[] path) => Path.Combine([Installed, .. path]);

    /// <summary>A file of tests/conformance as it lies there.</summary>
    public static string Source(params string[] path) => Path.Combine([Sources, .. path]);

    /// <summary>Starts a server nobody here wrote the protocol of, on a free port of 127.0.0.1.</summary>
    /// <param name="name"><c>everything</c> (legacy only), or <c>legacy</c> or <c>modern</c> of tests/conformance/upstreams (each that only).</param>
    internal Task<NodeServer> StartAsync(string name, CancellationToken cancellationToken)
    {
        var loopback = new Uri(Path.Combine(Repository.Root, "tests", "node", "loopback.mjs")).AbsoluteUri;
        string[] arguments = name == "everything"
            ? ["--import", loopback, Package("server-everything", "dist", "index.js"), "streamableHttp"]
            : [Script("upstreams", $"{name}.mjs")];
        return NodeServer.StartAsync(Node, arguments, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>One after the other: two installs must not write into one folder at once.</summary>
[CollectionDefinition(nameof(SuitePackages))]
public sealed class SuitePackagesCollection : ICollectionFixture<SuitePackages>;
