using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>A server as the API shows it (api.md, Servers). Secrets never are: auth shows its type, env its names.</summary>
internal sealed record ServerResponse
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string Transport { get; init; }

    /// <summary>Set when there is one endpoint of weight 1.</summary>
    public string? Url { get; init; }

    public required IReadOnlyList<ServerEndpoint> Endpoints { get; init; }

    public string? Command { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Names with null: sent back, a null keeps the stored value.</summary>
    public required IReadOnlyDictionary<string, string?> Env { get; init; }

    public required AuthResponse Auth { get; init; }

    public required IReadOnlyList<string> PassthroughHeaders { get; init; }

    public string? CaCertificate { get; init; }

    public required string Era { get; init; }

    public required int RequestTimeout { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>What was set for this server; null when never configured. The effective values: <c>GET pool/config</c>.</summary>
    public JsonObject? Pool { get; init; }

    public required ServerStatus Status { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime UpdatedAt { get; init; }

    public static ServerResponse From(ManagedServer managed)
    {
        var server = managed.Definition;
        return new ServerResponse
        {
            Id = server.Id,
            Name = server.Name,
            Description = server.Description,
            Transport = WireName<ServerTransport>.Of(server.Transport),
            Url = server.Endpoints is [{ Weight: 1 } only] ? only.Url : null,
            Endpoints = server.Endpoints,
            Command = server.Command,
            Args = server.Args,
            Env = server.Env.ToDictionary(variable => variable.Key, _ => (string?)null),
            Auth = new AuthResponse(server.Auth.Type),
            PassthroughHeaders = server.PassthroughHeaders,
            CaCertificate = server.CaCertificate,
            Era = server.Era,
            RequestTimeout = (int)server.RequestTimeout.TotalSeconds,
            Tags = server.Tags,
            Enabled = server.Enabled,
            Pool = server.Pool is null ? null : PoolFields.Write(server.Pool),
            Status = managed.Sighting.Status(managed.Era.Known),
            CreatedAt = server.CreatedAt.UtcDateTime,
            UpdatedAt = server.UpdatedAt.UtcDateTime,
        };
    }
}

internal sealed record AuthResponse(string Type);

/// <summary>What the last handshake told. <paramref name="Reachable"/> is null before the first.</summary>
internal sealed record ServerStatus(
    string? Era, string? ProtocolVersion, JsonElement? ServerInfo, bool? Reachable, string? LastError, DateTime? LastSeen);

internal sealed record ServerPage(IReadOnlyList<ServerResponse> Items, string? Next);

/// <summary>A server and its pool as one document that <c>POST /servers</c> accepts.</summary>
internal sealed record ServerExport
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string Transport { get; init; }

    public required IReadOnlyList<ServerEndpoint> Endpoints { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    public required IReadOnlyList<string> Args { get; init; }

    public required IReadOnlyList<string> PassthroughHeaders { get; init; }

    public string? CaCertificate { get; init; }

    public required string Era { get; init; }

    public required int RequestTimeout { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required bool Enabled { get; init; }

    public JsonObject? Pool { get; init; }

    /// <summary>JSON pointers of the secrets left out, to be added before or after the import.</summary>
    public required IReadOnlyList<string> Omitted { get; init; }

    public static ServerExport From(ServerDefinition server) => new()
    {
        Name = server.Name,
        Description = server.Description,
        Transport = WireName<ServerTransport>.Of(server.Transport),
        Endpoints = server.Endpoints,
        Command = server.Command,
        Args = server.Args,
        PassthroughHeaders = server.PassthroughHeaders,
        CaCertificate = server.CaCertificate,
        Era = server.Era,
        RequestTimeout = (int)server.RequestTimeout.TotalSeconds,
        Tags = server.Tags,
        Enabled = server.Enabled,
        Pool = server.Pool is null ? null : PoolFields.Write(server.Pool),
        Omitted =
        [
            .. AuthReader.SecretPointers(server.Auth),
            .. server.Env.Keys.Select(name => "/env/" + name.Replace("~", "~0").Replace("/", "~1")),
        ],
    };
}
