using EdgeGateway.Tests.RealUpstreams;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>A binary that ships beside the one under test, where <c>dotnet publish</c> left it.</summary>
internal sealed class OtherBinary(string name, string options)
{
    public static readonly OtherBinary Arm64 = new("linux-arm64", "-r linux-arm64");

    public static readonly OtherBinary Static = new("linux-x64-static", "-r linux-x64 -p:StaticExecutable=true");

    public string Name => name;

    /// <summary>Skips the test where it is not there; in CI (CI=true) that is a failure.</summary>
    public string Path
    {
        get
        {
            var path = System.IO.Path.Combine(Repository.Root, "artifacts", "publish", name, "edge-gateway");
            Require.That(File.Exists(path), $"publish first: dotnet publish src/EdgeGateway -c Release {options} -o artifacts/publish/{name}");
            return path;
        }
    }
}
