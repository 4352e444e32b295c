using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>Brings a database to the newest schema. The version is SQLite's <c>user_version</c>.</summary>
internal static class Migrator
{
    public static void Run(SqliteConnection connection, string path, IReadOnlyList<string> migrations)
    {
        var version = Version(connection);
        if (version > 0 && version < migrations.Count)
        {
            BackUp(connection, $"{path}.v{version}.bak");
        }

        // An immediate transaction, even with nothing to do: it finds out at start whether the file can be written.
        using var transaction = connection.BeginTransaction(deferred: false);
        version = Version(connection);
        if (version > migrations.Count)
        {
            throw new DatabaseUnusableException(
                $"{path} has schema version {version}, this program knows versions up to {migrations.Count}. "
                + "Run the newer program again, or restore the backup made before the upgrade.");
        }

        foreach (var migration in migrations.Skip(version))
        {
            connection.Command(migration).ExecuteNonQuery();
        }

        connection.Command($"PRAGMA user_version = {migrations.Count}").ExecuteNonQuery();
        transaction.Commit();
    }

    private static int Version(SqliteConnection connection) => (int)(long)connection.Command("PRAGMA user_version").ExecuteScalar()!;

    private static void BackUp(SqliteConnection connection, string copy)
    {
        File.Delete(copy);
        PrivateFiles.Create(copy).Dispose();
        var command = connection.Command("VACUUM INTO $copy");
        command.Parameters.AddWithValue("$copy", copy);
        command.ExecuteNonQuery();
    }
}
