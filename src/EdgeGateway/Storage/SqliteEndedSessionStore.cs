using EdgeGateway.DataPath.Acquire;

namespace EdgeGateway.Storage;

/// <summary>Serials of client sessions that have ended, ordered by their issue, so that the too old ones are one range.</summary>
internal sealed class SqliteEndedSessionStore(Database database)
{
    /// <summary>Writes a batch and forgets what was issued up to <paramref name="until"/>. On disk when this returns.</summary>
    /// <exception cref="DatabaseUnusableException">Nothing was written.</exception>
    public void Write(IReadOnlyList<SealedSession> batch, DateTimeOffset until) =>
        database.Write(
            connection =>
            {
                foreach (var session in batch)
                {
                    connection.Command(
                        "INSERT OR IGNORE INTO ended_sessions (issued, serial) VALUES ($issued, $serial)",
                        ("issued", session.Issued.ToUnixTimeSeconds()),
                        ("serial", session.Serial.ToBytes())).ExecuteNonQuery();
                }

                return connection.Command("DELETE FROM ended_sessions WHERE issued <= $until", ("until", until.ToUnixTimeSeconds())).ExecuteNonQuery();
            },
            isOptional: true);

    /// <exception cref="DatabaseUnusableException">It cannot be read.</exception>
    public bool Contains(SealedSession session) => database.Read(connection =>
        connection.Command(
            "SELECT 1 FROM ended_sessions WHERE issued = $issued AND serial = $serial",
            ("issued", session.Issued.ToUnixTimeSeconds()),
            ("serial", session.Serial.ToBytes())).ExecuteScalar() is not null);
}
