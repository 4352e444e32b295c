using EdgeGateway.Tests.RealUpstreams;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>The binary under test: EDGE_GATEWAY_BINARY, else what <c>dotnet publish</c> left in artifacts/publish/linux-x64.</summary>
internal static class PublishedBinary
{
    private const string Publish =
        "publish first: dotnet publish src/EdgeGateway -c Release -r linux-x64 -o artifacts/publish/linux-x64 (or set EDGE_GATEWAY_BINARY)";

    private static readonly string Candidate = Environment.GetEnvironmentVariable("EDGE_GATEWAY_BINARY")
        ?? System.IO.Path.Combine(Repository.Root, "artifacts", "publish", "linux-x64", "edge-gateway");

    /// <summary>Its path. Skips the test where there is none; in CI (CI=true) that is a failure.</summary>
    public static string Path
    {
        get
        {
            Require.That(File.Exists(Candidate), Publish);
            return Candidate;
        }
    }
}
