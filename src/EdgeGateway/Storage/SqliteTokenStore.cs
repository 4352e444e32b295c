using EdgeGateway.ControlPlane.Tokens;
using EdgeGateway.DataPath.Authenticate;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>Tokens made over the API, and ids of whatever was revoked. What has been over for 30 days is forgotten.</summary>
internal sealed class SqliteTokenStore(Database database, TimeProvider clock) : ITokenStore, IRevocationStore
{
    private const string Columns =
        "t.seq, t.jti, t.subject, t.permissions, t.server_id, t.created_at, t.expires_at, t.created_by, r.revoked_at FROM tokens t LEFT JOIN revocations r ON r.id = t.jti";

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    public void Insert(IssuedToken token) => database.Write(connection =>
    {
        connection.Command("DELETE FROM tokens WHERE expires_at < $old", ("old", Old)).ExecuteNonQuery();
        return connection.Command(
            """
            INSERT INTO tokens (jti, subject, permissions, server_id, created_at, expires_at, created_by)
            VALUES ($jti, $subject, $permissions, $server, $created, $expires, $by)
            """,
            ("jti", token.Jti),
            ("subject", token.Subject),
            ("permissions", string.Join(' ', token.Permissions)),
            ("server", token.ServerId),
            ("created", Seconds(token.CreatedAt)),
            ("expires", Seconds(token.ExpiresAt)),
            ("by", token.CreatedBy)).ExecuteNonQuery();
    });

    public (IReadOnlyList<IssuedToken> Tokens, long? Next) List(long? before, int limit) => database.Read(connection =>
    {
        using var rows = connection.Command(
            $"SELECT {Columns} WHERE t.seq < $before ORDER BY t.seq DESC LIMIT $limit",
            ("before", before ?? long.MaxValue),
            ("limit", limit + 1)).ExecuteReader();
        var tokens = new List<IssuedToken>();
        long? last = null;
        while (rows.Read())
        {
            if (tokens.Count == limit)
            {
                return ((IReadOnlyList<IssuedToken>)tokens, last);
            }

            tokens.Add(TokenOf(rows));
            last = rows.GetInt64(0);
        }

        return (tokens, (long?)null);
    });

    public IssuedToken? Find(string jti) => database.Read(connection =>
    {
        using var rows = connection.Command($"SELECT {Columns} WHERE t.jti = $jti", ("jti", jti)).ExecuteReader();
        return rows.Read() ? TokenOf(rows) : null;
    });

    public IReadOnlyCollection<string> Load() => database.Read(connection =>
    {
        using var rows = connection.Command("SELECT id FROM revocations").ExecuteReader();
        var ids = new List<string>();
        while (rows.Read())
        {
            ids.Add(rows.GetString(0));
        }

        return ids;
    });

    public void Add(string id, DateTimeOffset? until) => database.Write(connection =>
    {
        connection.Command("DELETE FROM revocations WHERE until < $old", ("old", Old)).ExecuteNonQuery();
        return connection.Command(
            "INSERT OR IGNORE INTO revocations (id, until, revoked_at) VALUES ($id, $until, $now)",
            ("id", id),
            ("until", until?.ToUnixTimeSeconds()),
            ("now", clock.GetUtcNow().ToUnixTimeSeconds())).ExecuteNonQuery();
    });

    private long Old => (clock.GetUtcNow() - Remembered).ToUnixTimeSeconds();

    private static IssuedToken TokenOf(SqliteDataReader row) => new(
        row.GetString(1),
        row.GetString(2),
        row.GetString(3).Split(' '),
        row.IsDBNull(4) ? null : row.GetString(4),
        Time(row.GetInt64(5)),
        Time(row.GetInt64(6)),
        row.GetString(7),
        row.IsDBNull(8) ? null : Time(row.GetInt64(8)));

    private static long Seconds(DateTime time) => new DateTimeOffset(time).ToUnixTimeSeconds();

    private static DateTime Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
}
