using System.Diagnostics;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>The native programs that are measured and measured against. One that is missing is published once, and that is said.</summary>
internal static class Binaries
{
    private static readonly Lazy<string> GatewayPath = new(() => Environment.GetEnvironmentVariable("EDGE_GATEWAY_BINARY")
        ?? Published("src/EdgeGateway", "artifacts/publish/linux-x64", "edge-gateway", sources: "src"));

    private static readonly Lazy<string> MockUpstreamPath = new(() =>
        Published("tests/EdgeGateway.MockUpstream", "artifacts/publish/mock-upstream", "edge-gateway-mock", sources: "tests/EdgeGateway.MockUpstream"));

    public static string Gateway => GatewayPath.Value;

    public static string MockUpstream => MockUpstreamPath.Value;

    private static string Published(string project, string folder, string name, string sources)
    {
        var binary = Repository.At(folder, name);
        var command = $"dotnet publish {project} -c Release -r linux-x64 -o {folder}";
        if (!File.Exists(binary))
        {
            Publish(name, command);
        }
        else if (NewestOf(sources) > File.GetLastWriteTimeUtc(binary))
        {
            Console.Error.WriteLine($"warning: sources are newer than {name}, which is measured as it is. To renew it: {command}");
        }

        return binary;
    }

    private static void Publish(string name, string command)
    {
        Console.Error.WriteLine($"{name} is not there yet: {command}");
        var start = new ProcessStartInfo("dotnet", [.. command.Split(' ')[1..], "-v", "q"]) { WorkingDirectory = Repository.Root };
        using var publish = Process.Start(start)!;
        publish.WaitForExit();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} ended with {publish.ExitCode}");
        }
    }

    private static DateTime NewestOf(string sources) => new DirectoryInfo(Repository.At(sources))
        .EnumerateFiles("*.cs", SearchOption.AllDirectories)
        .Where(file => !file.FullName.Contains("/obj/", StringComparison.Ordinal))
        .Max(file => file.LastWriteTimeUtc);
}
