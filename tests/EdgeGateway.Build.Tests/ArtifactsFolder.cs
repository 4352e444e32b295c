namespace EdgeGateway.Build.Tests;

/// <summary>A folder in the place of the repository's artifacts, which other tests use. Gone at the end.</summary>
internal sealed class ArtifactsFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("edge-gateway-build-").FullName;

    public string Packages => System.IO.Path.Combine(Path, "package");

    public string Binary(string runtime) => System.IO.Path.Combine(Path, "publish", runtime, "edge-gateway");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
