using EdgeGateway.Lifecycle;
using EdgeGateway.Storage;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Cli.Diagnosis;

/// <summary>The data folder, and what lies in it. Looks only: makes nothing and mends nothing.</summary>
internal static class StorageCheck
{
    /// <summary>Less may not last until somebody looks again: the log of a busy day takes a few megabytes.</summary>
    private const long LowSpace = 100L * 1024 * 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static IEnumerable<Finding> Run(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [Finding.Note($"the data folder {folder} does not exist yet", "the first start makes it; if the gateway has run before, name its folder: --data FOLDER")];
        }

        return [Writable(folder), Space(folder), .. Secrets(folder), Database(folder)];
    }

    private static Finding Writable(string folder)
    {
        try
        {
            Configuration.DataFolder.Prepare(folder);
            return Finding.Good($"the data folder {folder} can be written");
        }
        catch (BootException unusable)
        {
            return Finding.Trouble(unusable.Message, "run this as the user the gateway runs as");
        }
    }

    private static Finding Space(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        return free < LowSpace
            ? Finding.Warning($"only {free / 1024 / 1024} MB are free where the data folder is", "free some space: with a full disk no change can be saved")
            : Finding.Good($"{free / 1024 / 1024} MB are free there");
    }

    private static IEnumerable<Finding> Secrets(string folder)
    {
        foreach (var name in (string[])[FirstRun.SecretFileName, FirstRun.KeyFileName, FirstRun.PreviousKeyFileName])
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                continue;
            }

            var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path) & Others;
            yield return mode != default
                ? Finding.Warning($"{path} can be read by others than its owner", $"chmod 600 {path}, and change the secret if others use this machine")
                : Finding.Good($"{name} is its owner's alone");
        }
    }

    private static Finding Database(string folder)
    {
        var path = Path.Combine(folder, Storage.Database.FileName);
        if (!File.Exists(path))
        {
            return Finding.Note("there is no database yet", "the first start makes it");
        }

        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            var verdict = (string)connection.Command("PRAGMA integrity_check(1)").ExecuteScalar()!;
            var version = (int)(long)connection.Command("PRAGMA user_version").ExecuteScalar()!;
            return verdict != "ok" ? Finding.Trouble($"{path} is damaged: {verdict}", "restore it from a backup (edge-gateway backup makes them)")
                : version > Migrations.All.Count ? Finding.Trouble($"{path} has schema version {version}, this program knows versions up to {Migrations.All.Count}", "run the newer program again, or restore the backup made before the upgrade")
                : Finding.Good($"the database is whole (schema version {version})");
        }
        catch (SqliteException unusable)
        {
            return Finding.Trouble(DatabaseUnusableException.From(path, unusable).Message, "see the message");
        }
    }
}
