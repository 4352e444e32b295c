using EdgeGateway.ControlPlane.Pools;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>A registered upstream MCP server as stored: one immutable version of it.</summary>
internal sealed record ServerDefinition
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>1–255 characters, unique.</summary>
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required ServerTransport Transport { get; init; }

    /// <summary>One or more for the HTTP transports; empty for stdio.</summary>
    public IReadOnlyList<ServerEndpoint> Endpoints { get; init; } = [];

    /// <summary>stdio only.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>stdio only; values are secrets.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    public UpstreamAuth Auth { get; init; } = UpstreamAuth.None;

    /// <summary>The stored secrets were sealed with another <c>gateway.key</c>: they must be entered again before the server can be used.</summary>
    public bool SecretsUnreadable { get; init; }

    /// <summary>Names, lower case, of client headers passed upstream.</summary>
    public IReadOnlyList<string> PassthroughHeaders { get; init; } = [];

    /// <summary>PEM of a private certificate authority, or null.</summary>
    public string? CaCertificate { get; init; }

    /// <summary>auto, legacy, modern or dual.</summary>
    public string Era { get; init; } = "auto";

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(300);

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>False: MCP calls are answered 503 and the pool is drained.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What was set for this server; null when its pool was never configured.</summary>
    public PoolSettings? Pool { get; init; }

    /// <summary>Counts changes of what sessions are opened with: URL, credentials, transport, certificate.</summary>
    public int ConnectionVersion { get; init; } = 1;

    /// <summary>Counts every change; the ETag.</summary>
    public long Revision { get; init; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

internal enum ServerTransport
{
    StreamableHttp,
    Sse,
    Stdio,
}

/// <param name="Url">Absolute http or https.</param>
/// <param name="Weight">≥ 1.</param>
internal sealed record ServerEndpoint(string Url, int Weight = 1);

/// <summary>How the gateway authenticates upstream. Never leaves the process but to the upstream.</summary>
/// <param name="Type">none, bearer, basic or headers.</param>
/// <param name="Headers">The headers it comes down to.</param>
internal sealed record UpstreamAuth(string Type, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    public static UpstreamAuth None { get; } = new("none", []);
}
