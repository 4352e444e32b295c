using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>A copy of a database that others may be writing meanwhile: one moment of it, whole.</summary>
/// <param name="SizeBytes">Of the copy.</param>
/// <param name="SchemaVersion">How many migrations it has seen.</param>
internal sealed record DatabaseCopy(long SizeBytes, int SchemaVersion)
{
    /// <summary>Makes a copy that only its owner may read. It gets its name when it is whole and on the disk.</summary>
    /// <param name="dataFolder">Where the database lies.</param>
    /// <param name="target">A file that does not exist yet.</param>
    /// <exception cref="DatabaseUnusableException">There is no database, or it cannot be read; nothing was left behind.</exception>
    public static DatabaseCopy Make(string dataFolder, string target)
    {
        var path = Path.Combine(dataFolder, Database.FileName);
        if (!File.Exists(path))
        {
            throw new DatabaseUnusableException($"There is no database in {dataFolder}. Name the data folder of the gateway: --data FOLDER");
        }

        var draft = $"{target}.{Guid.NewGuid():N}";
        try
        {
            PrivateFiles.Create(draft).Dispose();
            var version = CopyInto(path, draft);
            using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            return PrivateFiles.TryName(draft, target)
                ? new DatabaseCopy(new FileInfo(target).Length, version)
                : throw new DatabaseUnusableException($"{target} came into being meanwhile and is not replaced; name another file.");
        }
        catch (SqliteException e)
        {
            throw DatabaseUnusableException.From(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseUnusableException($"{target} cannot be written. Check that its folder exists, that this user may write there, and that the disk is not full.", e);
        }
        finally
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }

    private static int CopyInto(string path, string draft)
    {
        // Not pooled: the copy must not stay open. Writing, because a write-ahead log that nobody has open is read only through its index.
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        connection.Command("VACUUM INTO $copy", ("copy", draft)).ExecuteNonQuery();
        return (int)(long)connection.Command("PRAGMA user_version").ExecuteScalar()!;
    }
}
