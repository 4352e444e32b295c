using EdgeGateway.Storage;

namespace EdgeGateway.Lifecycle;

/// <summary>A file only its owner may read, written once and never half.</summary>
internal static class SecretFile
{
    /// <summary>Every file of ours is under 100 bytes; a larger one is not ours.</summary>
    private const int LengthMax = 4096;

    /// <summary>Reads the file, after making it with what <paramref name="create"/> gives when there is none.</summary>
    /// <param name="path">In the data folder.</param>
    /// <param name="create">The content of a new file.</param>
    /// <param name="created">Whether this call made it.</param>
    /// <exception cref="BootException">It can be neither read nor made.</exception>
    public static byte[] ReadOrCreate(string path, Func<byte[]> create, out bool created)
    {
        try
        {
            created = !File.Exists(path) && TryCreate(path, create());
            return ReadBounded(path);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new BootException(
                ExitCode.StorageUnusable, $"{path} can be neither read nor made. Run as the user who owns the data folder, or choose another: --data FOLDER", unusable);
        }
    }

    /// <summary>Reads one that somebody else has made.</summary>
    /// <exception cref="BootException">It cannot be read.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return ReadBounded(path);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new BootException(ExitCode.BadConfiguration, $"{path} cannot be read by the user the gateway runs as.", unusable);
        }
    }

    private static byte[] ReadBounded(string path) => new FileInfo(path).Length <= LengthMax
        ? File.ReadAllBytes(path)
        : throw new BootException(ExitCode.Runtime, $"{path} is no key of this gateway: it is too large. Restore it from a backup.");

    /// <summary>Two processes may start at once: the name is given once, and the loser reads the winner's file.</summary>
    private static bool TryCreate(string path, byte[] content)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var file = PrivateFiles.Create(draft))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            return PrivateFiles.TryName(draft, path);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
