using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>The database cannot be used: locked, unwritable, full, damaged, or of a newer version. The process ends with 4 when this happens at start.</summary>
/// <param name="message">What to do about it; safe to show.</param>
/// <param name="inner">The cause, for the log.</param>
internal sealed class DatabaseUnusableException(string message, Exception? inner = null) : Exception(message, inner)
{
    // https://sqlite.org/rescode.html
    private const int Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    public static DatabaseUnusableException From(string path, SqliteException cause) => new(
        cause.SqliteErrorCode switch
        {
            Busy or Locked => $"{path} is locked by another process. Is a gateway running on the same data folder? Stop it, or choose another: --data FOLDER",
            Permission or ReadOnly or CannotOpen => $"{path} cannot be opened or written. Check the rights on the file and its folder, or choose another: --data FOLDER",
            Full => $"The disk with {path} is full. Free some space, or choose another data folder: --data FOLDER",
            Corrupt or NotADatabase => $"{path} is damaged or is not a database. Restore it from a backup, or start with another data folder: --data FOLDER",
            _ => $"{path} cannot be used (SQLite error {cause.SqliteErrorCode}). Check the disk and the rights on the folder, or choose another: --data FOLDER",
        },
        cause);
}
