namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Finds the file behind a command, as execvp(3) does, but without its fall-back to a shell.</summary>
public static class CommandPath
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Whether it is an absolute path or a name without a slash: what else there is would depend on where the gateway was started.</summary>
    /// <param name="command">As configured.</param>
    public static bool IsWellFormed(string command) =>
        command.Length > 0 && !command.Contains('\0') && (command[0] == '/' || !command.Contains('/'));

    /// <summary>The absolute path of an executable file, or null when there is none.</summary>
    /// <param name="command">An absolute path or a bare name.</param>
    /// <param name="path">Folders with colons between; null or empty finds no bare name.</param>
    public static string? Find(string command, string? path)
    {
        if (!IsWellFormed(command))
            return null;
        if (command[0] == '/')
            return IsExecutable(command) ? command : null;

        // Relative folders on the PATH, the empty one included, would run what lies wherever the gateway was started.
        return (path ?? "").Split(':')
            .Where(folder => folder.StartsWith('/'))
            .Select(folder => Path.Combine(folder, command))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file) =>
        File.Exists(file) && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & AnyExecute) != 0;
}
