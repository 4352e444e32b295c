using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Json;
using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>Servers in SQLite. SQLite has no asynchronous I/O: the calls finish before they return.</summary>
internal sealed class SqliteServerStore(Database database, SecretBox secrets) : IServerStore
{
    private const string EnvColumn = "env";
    private const string AuthColumn = "auth_headers";

    public Task<IReadOnlyList<ServerDefinition>> LoadAsync(CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<ServerDefinition>>(connection =>
        {
            using var command = connection.Command("SELECT * FROM servers ORDER BY name");
            using var row = command.ExecuteReader();
            var servers = new List<ServerDefinition>();
            while (row.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                servers.Add(Read(row));
            }

            return servers;
        }));

    public Task InsertAsync(ServerDefinition server, AuditEntry? audit = null) => Write(
        """
        INSERT INTO servers VALUES ($id, $name, $description, $transport, $endpoints, $command, $args, $env, $auth_type, $auth_headers,
            $passthrough_headers, $ca_certificate, $era, $request_timeout, $tags, $enabled, $pool, $connection_version, $revision,
            $created_at, $updated_at)
        """,
        server,
        audit);

    // Secrets that could not be decrypted come in as null and stay as they are: the right key may be restored later.
    public Task UpdateAsync(ServerDefinition server, AuditEntry? audit = null) => Write(
        """
        UPDATE servers SET name = $name, description = $description, transport = $transport, endpoints = $endpoints, command = $command,
            args = $args, env = coalesce($env, env), auth_type = $auth_type, auth_headers = coalesce($auth_headers, auth_headers),
            passthrough_headers = $passthrough_headers, ca_certificate = $ca_certificate, era = $era, request_timeout = $request_timeout,
            tags = $tags, enabled = $enabled, pool = $pool, connection_version = $connection_version, revision = $revision,
            created_at = $created_at, updated_at = $updated_at
        WHERE id = $id
        """,
        server,
        audit);

    public Task DeleteAsync(string id, AuditEntry? audit = null) =>
        Write(connection => connection.Command("DELETE FROM servers WHERE id = $id", ("id", id)), audit);

    private Task Write(string sql, ServerDefinition server, AuditEntry? audit) => Write(
        connection => connection.Command(
            sql,
            ("id", server.Id),
            ("name", server.Name),
            ("description", server.Description),
            ("transport", WireName<ServerTransport>.Of(server.Transport)),
            ("endpoints", Json(server.Endpoints, WireJson.Default.IReadOnlyListServerEndpoint)),
            ("command", server.Command),
            ("args", Json(server.Args, WireJson.Default.IReadOnlyListString)),
            ("env", Seal(server, server.Env, WireJson.Default.IReadOnlyDictionaryStringString, EnvColumn)),
            ("auth_type", server.Auth.Type),
            ("auth_headers", Seal(server, server.Auth.Headers, WireJson.Default.IReadOnlyListKeyValuePairStringString, AuthColumn)),
            ("passthrough_headers", Json(server.PassthroughHeaders, WireJson.Default.IReadOnlyListString)),
            ("ca_certificate", server.CaCertificate),
            ("era", server.Era),
            ("request_timeout", (long)server.RequestTimeout.TotalSeconds),
            ("tags", Json(server.Tags, WireJson.Default.IReadOnlyListString)),
            ("enabled", server.Enabled ? 1L : 0L),
            ("pool", server.Pool is null ? null : PoolFields.Write(server.Pool).ToJsonString()),
            ("connection_version", (long)server.ConnectionVersion),
            ("revision", server.Revision),
            ("created_at", Time(server.CreatedAt)),
            ("updated_at", Time(server.UpdatedAt))),
        audit);

    private Task Write(Func<SqliteConnection, SqliteCommand> change, AuditEntry? audit)
    {
        database.Write(connection =>
        {
            if (audit is not null)
            {
                SqliteAuditStore.Insert(connection, audit);
            }

            return change(connection).ExecuteNonQuery();
        });
        return Task.CompletedTask;
    }

    private ServerDefinition Read(SqliteDataReader row)
    {
        var id = row.GetString(row.GetOrdinal("id"));
        var env = Open(row, id, EnvColumn, WireJson.Default.IReadOnlyDictionaryStringString);
        var authHeaders = Open(row, id, AuthColumn, WireJson.Default.IReadOnlyListKeyValuePairStringString);
        return new ServerDefinition
        {
            Id = id,
            Name = row.GetString(row.GetOrdinal("name")),
            Description = Text(row, "description"),
            Transport = WireName<ServerTransport>.Parse(row.GetString(row.GetOrdinal("transport")))!.Value,
            Endpoints = Json(row, "endpoints", WireJson.Default.IReadOnlyListServerEndpoint),
            Command = Text(row, "command"),
            Args = Json(row, "args", WireJson.Default.IReadOnlyListString),
            Env = env ?? new Dictionary<string, string>(),
            Auth = new UpstreamAuth(row.GetString(row.GetOrdinal("auth_type")), authHeaders ?? []),
            SecretsUnreadable = env is null || authHeaders is null,
            PassthroughHeaders = Json(row, "passthrough_headers", WireJson.Default.IReadOnlyListString),
            CaCertificate = Text(row, "ca_certificate"),
            Era = row.GetString(row.GetOrdinal("era")),
            RequestTimeout = TimeSpan.FromSeconds(row.GetInt64(row.GetOrdinal("request_timeout"))),
            Tags = Json(row, "tags", WireJson.Default.IReadOnlyListString),
            Enabled = row.GetInt64(row.GetOrdinal("enabled")) != 0,
            Pool = Text(row, "pool") is { } pool ? PoolFields.Read(new JsonFields(JsonElement.Parse(pool), "", new ValidationErrors())) : null,
            ConnectionVersion = (int)row.GetInt64(row.GetOrdinal("connection_version")),
            Revision = row.GetInt64(row.GetOrdinal("revision")),
            CreatedAt = Time(row.GetString(row.GetOrdinal("created_at"))),
            UpdatedAt = Time(row.GetString(row.GetOrdinal("updated_at"))),
        };
    }

    private byte[]? Seal<T>(ServerDefinition server, T value, JsonTypeInfo<T> type, string column) =>
        server.SecretsUnreadable ? null : secrets.Seal(JsonSerializer.SerializeToUtf8Bytes(value, type), server.Id, column);

    private T? Open<T>(SqliteDataReader row, string id, string column, JsonTypeInfo<T> type)
        where T : class =>
        secrets.Open((byte[])row[column], id, column) is { } json ? JsonSerializer.Deserialize(json, type) : null;

    private static string Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static T Json<T>(SqliteDataReader row, string column, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(row.GetString(row.GetOrdinal(column)), type)!;

    private static string? Text(SqliteDataReader row, string column)
    {
        var ordinal = row.GetOrdinal(column);
        return row.IsDBNull(ordinal) ? null : row.GetString(ordinal);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
