using System.Reflection;
using System.Runtime.InteropServices;

namespace EdgeGateway.Lifecycle;

/// <summary>What this binary is.</summary>
internal static class BuildInfo
{
    private const int CommitLength = 12;

    private static readonly string[] Parts =
        (typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    public static string Version => Parts[0];

    /// <summary>"unknown" when the build was not made from a checkout.</summary>
    public static string Commit { get; } = Parts.Length < 2 ? "unknown" : Parts[1][..Math.Min(CommitLength, Parts[1].Length)];

    /// <summary>".NET 10.0.12 on linux-x64".</summary>
    public static string Runtime { get; } = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}";

    /// <summary>The SQLite that is linked in.</summary>
    public static string SqliteVersion
    {
        get
        {
            SQLitePCL.Batteries_V2.Init();
            return SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
        }
    }
}
