using EdgeGateway.Lifecycle;
using EdgeGateway.Storage;

namespace EdgeGateway.Configuration;

/// <summary>Where the database, the keys and the secret lie.</summary>
internal static class DataFolder
{
    public const string SystemFolder = "/var/lib/edge-gateway";

    /// <summary>What was set › the service manager's state directory › a system installation › the user's own.</summary>
    /// <param name="configured">--data or EDGE_GATEWAY_DATA; empty when not set.</param>
    /// <param name="environment">The process environment.</param>
    /// <param name="exists">Whether a folder exists.</param>
    /// <returns>An absolute path.</returns>
    /// <exception cref="BootException">No folder can be named.</exception>
    public static string Resolve(string configured, IReadOnlyDictionary<string, string> environment, Func<string, bool> exists)
    {
        if (configured.Length > 0)
        {
            return Path.GetFullPath(configured);
        }
        // systemd separates several by a colon; the first is ours.
        if (Absolute("STATE_DIRECTORY")?.Split(':')[0] is { } state)
        {
            return state;
        }
        if (exists(SystemFolder))
        {
            return SystemFolder;
        }
        if (Absolute("XDG_DATA_HOME") is { } data)
        {
            return Path.Combine(data, "edge-gateway");
        }
        if (Absolute("HOME") is { } home)
        {
            return Path.Combine(home, ".local/share/edge-gateway");
        }
        throw new BootException(ExitCode.BadConfiguration, "There is no home folder to keep data in. Name a data folder: --data FOLDER or EDGE_GATEWAY_DATA.");

        // The XDG specification says to ignore a relative path.
        string? Absolute(string name) => environment.TryGetValue(name, out var path) && Path.IsPathRooted(path) ? path : null;
    }

    /// <summary>Creates the folder, for its owner only, and makes sure that files can be written there.</summary>
    /// <exception cref="BootException">It cannot be used.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            PrivateFiles.CreateFolder(folder);
            using var probe = new FileStream(
                Path.Combine(folder, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new BootException(
                ExitCode.StorageUnusable,
                $"The data folder {folder} cannot be written. Give this user the right to write there, free space on the disk, or choose another: --data FOLDER",
                unusable);
        }
    }
}
