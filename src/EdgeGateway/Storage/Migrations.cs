namespace EdgeGateway.Storage;

/// <summary>The schema's history, forward only: the n-th entry leads from version n−1 to n. Entries are never changed, only added.</summary>
internal static class Migrations
{
    public static IReadOnlyList<string> All { get; } =
    [
        // 1: servers and their pools. Lists and pool settings are JSON; auth_headers and env are sealed (SecretBox).
        """
        CREATE TABLE servers (
            id                  TEXT    NOT NULL PRIMARY KEY,
            name                TEXT    NOT NULL UNIQUE,
            description         TEXT,
            transport           TEXT    NOT NULL,
            endpoints           TEXT    NOT NULL,
            command             TEXT,
            args                TEXT    NOT NULL,
            env                 BLOB,
            auth_type           TEXT    NOT NULL,
            auth_headers        BLOB,
            passthrough_headers TEXT    NOT NULL,
            ca_certificate      TEXT,
            era                 TEXT    NOT NULL,
            request_timeout     INTEGER NOT NULL,
            tags                TEXT    NOT NULL,
            enabled             INTEGER NOT NULL,
            pool                TEXT,
            connection_version  INTEGER NOT NULL,
            revision            INTEGER NOT NULL,
            created_at          TEXT    NOT NULL,
            updated_at          TEXT    NOT NULL
        ) STRICT;
        """,

        // 2: the pools' history, 5 minutes a row. start is in Unix seconds, recorded_from in milliseconds: a restart within a bucket leaves
        // two rows of it. waits and uses are DurationBlobs.
        """
        CREATE TABLE pool_buckets (
            server_id     TEXT    NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
            start         INTEGER NOT NULL,
            recorded_from INTEGER NOT NULL,
            acquisitions  INTEGER NOT NULL,
            timeouts      INTEGER NOT NULL,
            rejections    INTEGER NOT NULL,
            healthy       INTEGER NOT NULL,
            faulty        INTEGER NOT NULL,
            in_flight_max INTEGER NOT NULL,
            sessions      INTEGER NOT NULL,
            waits         BLOB    NOT NULL,
            uses          BLOB    NOT NULL,
            PRIMARY KEY (server_id, start, recorded_from)
        ) STRICT, WITHOUT ROWID;
        """,

        // 3: client sessions that have ended and whose sealed ids would still open. issued is in Unix seconds, serial a SessionSerial.
        """
        CREATE TABLE ended_sessions (
            issued INTEGER NOT NULL,
            serial BLOB    NOT NULL,
            PRIMARY KEY (issued, serial)
        ) STRICT, WITHOUT ROWID;
        """,

        // 4: tokens made over the API, without the tokens; and what ended before its time (token, page session, sign-in link). Times are in
        // Unix seconds; until is NULL where nobody knows when it would have ended.
        """
        CREATE TABLE tokens (
            seq         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            jti         TEXT    NOT NULL UNIQUE,
            subject     TEXT    NOT NULL,
            permissions TEXT    NOT NULL,
            server_id   TEXT,
            created_at  INTEGER NOT NULL,
            expires_at  INTEGER NOT NULL,
            created_by  TEXT    NOT NULL
        ) STRICT;
        CREATE TABLE revocations (
            id         TEXT    NOT NULL PRIMARY KEY,
            until      INTEGER,
            revoked_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,

        // 5: the audit trail. at is in Unix milliseconds, before and after are JSON objects without secrets.
        """
        CREATE TABLE audit (
            seq    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            at     INTEGER NOT NULL,
            actor  TEXT    NOT NULL,
            action TEXT    NOT NULL,
            target TEXT,
            before TEXT,
            after  TEXT
        ) STRICT;
        """,
    ];
}
