namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>A folder of its own for one installation: its .env, and its data below it. Gone at the end.</summary>
internal sealed class Workspace(string folder) : IDisposable
{
    public Workspace()
        : this(Directory.CreateTempSubdirectory("edge-gateway-").FullName)
    {
    }

    public string Folder => folder;

    public string Data => Path.Combine(Folder, "data");

    public string EnvFile => Path.Combine(Folder, ".env");

    /// <summary>How its gateway is started; as this run of the tests wants it where nothing is said.</summary>
    public Launch? Launch { get; set; }

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
