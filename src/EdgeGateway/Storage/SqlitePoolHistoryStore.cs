using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.Pooling;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>The pools' history in SQLite. SQLite has no asynchronous I/O: the calls finish before they return.</summary>
internal sealed class SqlitePoolHistoryStore(Database database) : IPoolHistoryStore
{
    // A server may be deleted while its last buckets wait.
    private const string Insert =
        """
        INSERT OR REPLACE INTO pool_buckets (server_id, start, recorded_from, acquisitions, timeouts, rejections, healthy, faulty,
            in_flight_max, sessions, waits, uses)
        SELECT $server_id, $start, $recorded_from, $acquisitions, $timeouts, $rejections, $healthy, $faulty,
            $in_flight_max, $sessions, $waits, $uses
        WHERE EXISTS (SELECT 1 FROM servers WHERE id = $server_id)
        """;

    // By server, so that the primary key finds the old ones; a second index would be as large as the table.
    private const string Prune = "DELETE FROM pool_buckets WHERE server_id IN (SELECT id FROM servers) AND start <= $start";

    public Task WriteAsync(IReadOnlyList<ServerBucket> batch, DateTimeOffset keepAfter)
    {
        database.Write(
            connection =>
            {
                foreach (var (serverId, bucket) in batch)
                {
                    connection.Command(
                        Insert,
                        ("server_id", serverId),
                        ("start", bucket.Start.ToUnixTimeSeconds()),
                        ("recorded_from", bucket.RecordedFrom.ToUnixTimeMilliseconds()),
                        ("acquisitions", bucket.Acquisitions),
                        ("timeouts", bucket.Timeouts),
                        ("rejections", bucket.Rejections),
                        ("healthy", bucket.Healthy),
                        ("faulty", bucket.Faulty),
                        ("in_flight_max", (long)bucket.InFlightMax),
                        ("sessions", (long)bucket.Sessions),
                        ("waits", DurationBlob.Write(bucket.Waits)),
                        ("uses", DurationBlob.Write(bucket.Uses))).ExecuteNonQuery();
                }

                return connection.Command(Prune, ("start", keepAfter.ToUnixTimeSeconds())).ExecuteNonQuery();
            },
            isOptional: true);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PoolBucket>> ReadAsync(string serverId, DateTimeOffset after) =>
        Task.FromResult(database.Read<IReadOnlyList<PoolBucket>>(connection =>
        {
            using var command = connection.Command(
                "SELECT * FROM pool_buckets WHERE server_id = $server_id AND start > $start ORDER BY start, recorded_from",
                ("server_id", serverId),
                ("start", after.ToUnixTimeSeconds()));
            using var row = command.ExecuteReader();
            var buckets = new List<PoolBucket>();
            while (row.Read())
            {
                buckets.Add(Read(row));
            }

            return buckets;
        }));

    private static PoolBucket Read(SqliteDataReader row)
    {
        return new PoolBucket
        {
            Start = DateTimeOffset.FromUnixTimeSeconds(Number("start")),
            RecordedFrom = DateTimeOffset.FromUnixTimeMilliseconds(Number("recorded_from")),
            Acquisitions = Number("acquisitions"),
            Timeouts = Number("timeouts"),
            Rejections = Number("rejections"),
            Healthy = Number("healthy"),
            Faulty = Number("faulty"),
            InFlightMax = (int)Number("in_flight_max"),
            Sessions = (int)Number("sessions"),
            Waits = Durations("waits"),
            Uses = Durations("uses"),
        };

        long Number(string column) => row.GetInt64(row.GetOrdinal(column));

        DurationCounts Durations(string column) => DurationBlob.Read((byte[])row[column]);
    }
}
