using EdgeGateway.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class BackupVerbTests : IDisposable
{
    private readonly CliRun _cli = new();

    private string Target => Path.Combine(_cli.WorkingDirectory, "copy.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task The_copy_holds_what_was_written_while_the_database_is_open()
    {
        using var database = Database.Open(_cli.DataFolder);
        database.Write(connection => connection.Command("CREATE TABLE kept (value TEXT); INSERT INTO kept VALUES ('still here')").ExecuteNonQuery());

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "backup", "copy.db"));

        Assert.StartsWith($"{Target}: ", _cli.Output);
        Assert.EndsWith($"schema version {Migrations.All.Count}\n", _cli.Output);
        Assert.Equal("still here", Read("SELECT value FROM kept"));
        Assert.Equal(["copy.db", "data"], Directory.GetFileSystemEntries(_cli.WorkingDirectory).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_write_that_has_not_ended_is_not_in_it_and_holds_nothing_up()
    {
        using var database = Database.Open(_cli.DataFolder);
        database.Write(connection => connection.Command("CREATE TABLE kept (value TEXT)").ExecuteNonQuery());

        await database.Write(async connection =>
        {
            connection.Command("INSERT INTO kept VALUES ('half')").ExecuteNonQuery();
            Assert.Equal(0, await _cli.RunAsync(Cancellation, "backup", "copy.db"));
        });

        Assert.Equal(0L, Read("SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task Only_its_owner_may_read_it()
    {
        using var database = Database.Open(_cli.DataFolder);

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "backup", "copy.db"));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        }
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_replaced()
    {
        using var database = Database.Open(_cli.DataFolder);
        await File.WriteAllTextAsync(Target, "precious", Cancellation);

        Assert.Equal(2, await _cli.RunAsync(Cancellation, "backup", "copy.db"));

        Assert.Contains("exists already", _cli.Error);
        Assert.Equal("precious", await File.ReadAllTextAsync(Target, Cancellation));
    }

    [Fact]
    public async Task Without_a_database_it_is_exit_4_and_the_folder_is_named()
    {
        Assert.Equal(4, await _cli.RunAsync(Cancellation, "backup", "copy.db"));

        Assert.Contains(_cli.DataFolder, _cli.Error);
        Assert.False(File.Exists(Target));
        Assert.False(Directory.Exists(_cli.DataFolder));
    }

    [Fact]
    public async Task Where_nothing_can_be_written_it_is_exit_4()
    {
        using var database = Database.Open(_cli.DataFolder);

        Assert.Equal(4, await _cli.RunAsync(Cancellation, "backup", "no-such-folder/copy.db"));

        Assert.Contains("cannot be written", _cli.Error);
    }

    private object? Read(string query)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Target, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
#pragma warning disable CA2100 // constant text of the tests
        using var command = new SqliteCommand(query, connection);
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
