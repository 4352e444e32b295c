using System.Runtime.InteropServices;

namespace EdgeGateway.Storage;

/// <summary>Files and folders that only their owner may read.</summary>
internal static partial class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    /// <summary>Gives a whole file its name; false when a file has that name. Of several that try at once, in any process, one gets true.</summary>
    /// <remarks>The caller deletes the draft. On a file system without hard links two that try at the same moment may both get true.</remarks>
    public static bool TryName(string draft, string path)
    {
        // File.Move looks first and then renames, which replaces what came in between.
        if (!OperatingSystem.IsWindows() && Link(draft, path) == 0)
        {
            return true;
        }

        if (File.Exists(path))
        {
            return false;
        }

        try
        {
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Creates the folder, and its parents, where missing.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
