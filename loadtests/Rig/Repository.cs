namespace EdgeGateway.LoadTests.Rig;

/// <summary>Where the sources lie, seen from this program's output folder.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string At(params string[] path) => Path.Combine([Root, .. path]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "edge-gateway.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No edge-gateway.sln above this program's folder: run it from a checkout, by dotnet run --project loadtests.");
    }
}
