namespace EdgeGateway.Tests.RealUpstreams;

/// <summary>Where the sources lie, seen from a test that runs in its output folder.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "edge-gateway.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No edge-gateway.sln above the test's output folder: run the tests from a checkout.");
    }
}
