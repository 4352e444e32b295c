using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>Programs of the machine.</summary>
internal static class Programs
{
    public static bool TryFind(string name, [NotNullWhen(true)] out string? path)
    {
        path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        return path is not null;
    }
}
