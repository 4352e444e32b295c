using EdgeGateway.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EdgeGateway.Tests.Storage;

public sealed class DatabaseTests : IDisposable
{
    private static readonly TimeSpan NoPatience = TimeSpan.Zero;

    private readonly TempFolder _folder = new();

    [Fact]
    public void Journal_synchronization_and_foreign_keys_are_set_on_every_connection()
    {
        using var database = Database.Open(_folder.Path);

        for (var i = 0; i < 2; i++)
        {
            database.Read(connection =>
            {
                Assert.Equal("wal", connection.Command("PRAGMA journal_mode").ExecuteScalar());
                Assert.Equal(2L, connection.Command("PRAGMA synchronous").ExecuteScalar());
                Assert.Equal(1L, connection.Command("PRAGMA foreign_keys").ExecuteScalar());
                Assert.Equal(5000L, connection.Command("PRAGMA busy_timeout").ExecuteScalar());
                return 0;
            });
        }
    }

    [Fact]
    public void Only_the_owner_can_read_the_files()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are a matter of Unix");
            return;
        }

        using var database = Database.Open(_folder.Path);
        database.Write(connection => connection.Command("CREATE TABLE t (x)").ExecuteNonQuery());

        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Migrations_run_once_in_order_and_back_up_what_was_there()
    {
        string[] first = ["CREATE TABLE a (x); INSERT INTO a VALUES (1)"];
        string[] both = [.. first, "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1"];
        Database.Open(_folder.Path, first, NoPatience).Dispose();
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.bak"));

        Database.Open(_folder.Path, both, NoPatience).Dispose();
        using var database = Database.Open(_folder.Path, both, NoPatience);

        Assert.Equal(2L, database.Read(connection => connection.Command("SELECT y FROM a").ExecuteScalar()));
        Assert.Equal(2L, database.Read(connection => connection.Command("PRAGMA user_version").ExecuteScalar()));
        using var backup = new SqliteConnection($"Data Source={_folder.File("edge-gateway.db.v1.bak")};Pooling=False");
        backup.Open();
        Assert.Equal(1L, backup.Command("SELECT x FROM a").ExecuteScalar());
        Assert.Equal(1L, backup.Command("PRAGMA user_version").ExecuteScalar());
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_old_schema()
    {
        string[] first = ["CREATE TABLE a (x)"];
        Database.Open(_folder.Path, first, NoPatience).Dispose();

        Assert.Throws<DatabaseUnusableException>(() => Database.Open(_folder.Path, [.. first, "CREATE TABLE b (x); CREATE TABLE a (x)"], NoPatience));

        using var database = Database.Open(_folder.Path, first, NoPatience);
        Assert.Equal(1L, database.Read(connection => connection.Command("SELECT count(*) FROM sqlite_schema").ExecuteScalar()));
    }

    [Fact]
    public void A_newer_schema_is_refused_with_a_sentence()
    {
        Database.Open(_folder.Path, ["CREATE TABLE a (x)", "CREATE TABLE b (x)"], NoPatience).Dispose();

        var refused = Assert.Throws<DatabaseUnusableException>(() => Database.Open(_folder.Path, ["CREATE TABLE a (x)"], NoPatience));

        Assert.Contains("has schema version 2, this program knows versions up to 1", refused.Message);
    }

    [Fact]
    public void A_locked_database_is_refused_with_a_sentence()
    {
        Database.Open(_folder.Path).Dispose();
        using var other = new SqliteConnection($"Data Source={_folder.File(Database.FileName)};Pooling=False");
        other.Open();
        other.Command("BEGIN IMMEDIATE").ExecuteNonQuery();

        var refused = Assert.Throws<DatabaseUnusableException>(() => Database.Open(_folder.Path, Migrations.All, NoPatience));

        Assert.Contains("is locked by another process", refused.Message);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_with_a_sentence()
    {
        File.WriteAllText(_folder.File(Database.FileName), new string('x', 5000));

        var refused = Assert.Throws<DatabaseUnusableException>(() => Database.Open(_folder.Path));

        Assert.Contains("is damaged or is not a database", refused.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_is_refused_with_a_sentence()
    {
        File.WriteAllText(_folder.File("file"), "");

        var refused = Assert.Throws<DatabaseUnusableException>(() => Database.Open(_folder.File("file")));

        Assert.Contains("cannot be created", refused.Message);
    }

    [Fact]
    public void A_failed_write_makes_it_unusable_until_one_succeeds()
    {
        using var database = Database.Open(_folder.Path, ["CREATE TABLE a (x)"], NoPatience);
        Assert.True(database.IsUsable());
        using var other = new SqliteConnection($"Data Source={_folder.File(Database.FileName)};Pooling=False");
        other.Open();
        other.Command("BEGIN IMMEDIATE").ExecuteNonQuery();

        Assert.Throws<DatabaseUnusableException>(() => database.Write(Insert));
        Assert.False(database.IsUsable());

        other.Command("ROLLBACK").ExecuteNonQuery();
        database.Write(Insert);
        Assert.True(database.IsUsable());

        static int Insert(SqliteConnection connection) => connection.Command("INSERT INTO a VALUES (1)").ExecuteNonQuery();
    }

    [Fact]
    public void A_deleted_file_makes_it_unusable()
    {
        using var database = Database.Open(_folder.Path);
        File.Delete(_folder.File(Database.FileName));

        Assert.False(database.IsUsable());
    }

    public void Dispose() => _folder.Dispose();
}
