using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Audit;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>The audit trail in SQLite: its newest entries.</summary>
internal sealed class SqliteAuditStore(Database database) : IAuditStore
{
    /// <summary>Years of an operator's changes, in a few MB.</summary>
    private const long Kept = 10_000;

    /// <summary>Writes an entry in the transaction that is open on <paramref name="connection"/>.</summary>
    public static void Insert(SqliteConnection connection, AuditEntry entry)
    {
        connection.Command(
            "INSERT INTO audit (at, actor, action, target, before, after) VALUES ($at, $actor, $action, $target, $before, $after)",
            ("at", entry.At.ToUnixTimeMilliseconds()),
            ("actor", entry.Actor),
            ("action", entry.Action),
            ("target", entry.Target),
            ("before", entry.Before?.ToJsonString()),
            ("after", entry.After?.ToJsonString())).ExecuteNonQuery();
        connection.Command("DELETE FROM audit WHERE seq <= (SELECT max(seq) FROM audit) - $kept", ("kept", Kept)).ExecuteNonQuery();
    }

    // Optional: what it tells of was done, and the gateway serves as well without it.
    public void Add(AuditEntry entry) => database.Write(
        connection =>
        {
            Insert(connection, entry);
            return 0;
        },
        isOptional: true);

    public (IReadOnlyList<AuditItem> Entries, long? Next) List(long? before, int limit) => database.Read(connection =>
    {
        using var rows = connection.Command(
            "SELECT seq, at, actor, action, target, before, after FROM audit WHERE seq < $before ORDER BY seq DESC LIMIT $limit",
            ("before", before ?? long.MaxValue),
            ("limit", limit + 1)).ExecuteReader();
        var entries = new List<AuditItem>();
        while (rows.Read())
        {
            if (entries.Count == limit)
            {
                return ((IReadOnlyList<AuditItem>)entries, (long?)entries[^1].Seq);
            }

            entries.Add(Read(rows));
        }

        return (entries, (long?)null);
    });

    private static AuditItem Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)).UtcDateTime,
        row.GetString(2),
        row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        Document(row, 5),
        Document(row, 6));

    private static JsonObject? Document(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : (JsonObject)JsonNode.Parse(row.GetString(column))!;
}
