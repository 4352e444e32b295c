using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>
/// The gateway's one file of state. Write-ahead log with full synchronization: what was acknowledged survives
/// <c>kill -9</c> and a power cut.
/// </summary>
internal sealed class Database : IDisposable
{
    public const string FileName = "edge-gateway.db";

    /// <summary>Long enough for a backup or a command line next to the service to finish its write.</summary>
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly string _connectionString;
    private readonly TimeSpan _busyTimeout;

    // Written by whoever writes last, read by the readiness check; a stale read is corrected by the next one.
    private volatile bool _lastWriteFailed;

    private Database(string path, TimeSpan busyTimeout)
    {
        _path = path;
        _busyTimeout = busyTimeout;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
        }.ToString();
    }

    /// <summary>Opens the database in the data folder, creating or migrating it as needed.</summary>
    /// <exception cref="DatabaseUnusableException">It is locked, unwritable, damaged, or of a newer version.</exception>
    public static Database Open(string dataFolder) => Open(dataFolder, Migrations.All, BusyTimeout);

    /// <inheritdoc cref="Open(string)"/>
    internal static Database Open(string dataFolder, IReadOnlyList<string> migrations, TimeSpan busyTimeout)
    {
        var path = Path.Combine(dataFolder, FileName);
        var database = new Database(path, busyTimeout);
        try
        {
            PrivateFiles.CreateFolder(dataFolder);
            if (!File.Exists(path))
            {
                PrivateFiles.Create(path).Dispose();
            }

            using var connection = database.Connect();
            Migrator.Run(connection, path, migrations);
            return database;
        }
        catch (SqliteException e)
        {
            database.Dispose();
            throw DatabaseUnusableException.From(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            database.Dispose();
            throw new DatabaseUnusableException($"{path} cannot be created. Check that the data folder is writable for this user.", e);
        }
        catch (DatabaseUnusableException)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Runs <paramref name="work"/> in a write transaction; it has reached the disk when this returns.</summary>
    /// <param name="work">What to write.</param>
    /// <param name="isOptional">The gateway is as good without it: a failure does not make the database count as unusable, a success ends that.</param>
    /// <exception cref="DatabaseUnusableException">Nothing was written.</exception>
    public T Write<T>(Func<SqliteConnection, T> work, bool isOptional = false)
    {
        try
        {
            using var connection = Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            var result = work(connection);
            transaction.Commit();
            _lastWriteFailed = false;
            return result;
        }
        catch (SqliteException e)
        {
            _lastWriteFailed |= !isOptional;
            throw DatabaseUnusableException.From(_path, e);
        }
    }

    /// <summary>Runs <paramref name="query"/> on a connection of its own.</summary>
    /// <exception cref="DatabaseUnusableException">It could not be read.</exception>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        try
        {
            using var connection = Connect();
            return query(connection);
        }
        catch (SqliteException e)
        {
            throw DatabaseUnusableException.From(_path, e);
        }
    }

    /// <summary>Path of the file.</summary>
    public string Location => _path;

    /// <summary>What it takes on the disk, its write-ahead log included; 0 where it is gone.</summary>
    public long SizeBytes()
    {
        return LengthOf(_path) + LengthOf(_path + "-wal");

        static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
    }

    /// <summary>How many migrations it has seen; null where it cannot be read.</summary>
    public int? SchemaVersion()
    {
        try
        {
            return Read(static connection => (int)(long)connection.Command("PRAGMA user_version").ExecuteScalar()!);
        }
        catch (DatabaseUnusableException)
        {
            return null;
        }
    }

    /// <summary>Whether the last write went well and the file can be read now.</summary>
    public bool IsUsable()
    {
        if (_lastWriteFailed || !File.Exists(_path))
        {
            return false;
        }

        try
        {
            return Read(static connection => connection.Command("SELECT count(*) FROM sqlite_schema").ExecuteScalar() is long);
        }
        catch (DatabaseUnusableException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>A connection from the driver's pool.</summary>
    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            // The driver waits in steps of 150 ms on its own; SQLite's own wait reacts at once.
            connection.Command($"PRAGMA busy_timeout = {(int)_busyTimeout.TotalMilliseconds}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
