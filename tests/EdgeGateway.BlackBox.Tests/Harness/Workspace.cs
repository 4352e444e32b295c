namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>A folder of its own for one installation: its .env, and its data below it. Gone at the end.</summary>
internal sealed class Workspace : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("edge-gateway-").FullName;

    public string Data => Path.Combine(Folder, "data");

    public string EnvFile => Path.Combine(Folder, ".env");

    /// <summary>Settings in <c>.env</c>, one a line.</summary>
    public static Workspace With(params string[] settings)
    {
        var workspace = new Workspace();
        File.WriteAllLines(workspace.EnvFile, settings);
        return workspace;
    }

    public static Workspace WithPooling() => With("SESSION_POOL_ENABLED=true");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
