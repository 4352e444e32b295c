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
    ];
}
