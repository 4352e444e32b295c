using EdgeGateway.Logging;
using EdgeGateway.Pooling;

namespace EdgeGateway.Configuration;

/// <summary>The effective settings of the process: read once at start, validated, immutable.</summary>
internal sealed record GatewayOptions
{
    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 4444;

    /// <summary>Where the database, the keys and the secret lie.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Origins a browser may call from; empty means loopback origins.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>PEM files, both or none.</summary>
    public string? TlsCertFile { get; init; }

    public string? TlsKeyFile { get; init; }

    public bool HasTls => TlsCertFile is not null && TlsKeyFile is not null;

    /// <summary>A proxy in front speaks TLS.</summary>
    public bool BehindProxy { get; init; }

    /// <summary>Scheme, host and port that clients reach the gateway under, without a slash at the end; null when not set.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Issuers of tokens for the MCP endpoints; named in their OAuth metadata.</summary>
    public IReadOnlyList<string> AuthorizationServers { get; init; } = [];

    public bool AuthRequired { get; init; } = true;

    /// <summary>HS256 key as text, ≥ 32 bytes in UTF-8. Empty with RS256 and ES256.</summary>
    public required string JwtSecretKey { get; init; }

    public string JwtAlgorithm { get; init; } = "HS256";

    public string JwtIssuer { get; init; } = "mcpgateway";

    public string JwtAudience { get; init; } = "mcpgateway-api";

    /// <summary>PEM file with the public key; RS256 and ES256 only.</summary>
    public string? JwtPublicKeyFile { get; init; }

    /// <summary>32 bytes of <c>gateway.key</c>: what session ids and upstream secrets are sealed with, through HKDF. Empty until the first run has made it.</summary>
    public ReadOnlyMemory<byte> GatewayKey { get; init; }

    /// <summary>32 bytes of <c>gateway.key.previous</c>, which still opens what was sealed before the key was changed; empty when there is none.</summary>
    public ReadOnlyMemory<byte> PreviousGatewayKey { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public LogFormat LogFormat { get; init; } = LogFormat.Auto;

    /// <summary>Largest request body, bytes.</summary>
    public int MaxBodyBytes { get; init; } = 16 * 1024 * 1024;

    public int AnswerCacheBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>UPSTREAM_HTTP: what carries requests to upstreams.</summary>
    public UpstreamHttp UpstreamHttp { get; init; } = UpstreamHttp.Lean;

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public PoolDefaults Pools { get; init; } = new();

    public OtlpOptions Otlp { get; init; } = new();

    /// <summary>Every setting as it was read, secrets too: for <c>GET /settings</c>, which masks them. Empty where nothing was read.</summary>
    public IReadOnlyList<EffectiveSetting> Settings { get; init; } = [];

    /// <summary>The generated text would hold the secret; this one may be logged.</summary>
    public override string ToString() => $"{Host}:{Port}, data in {DataFolder}";
}

/// <summary>The nine SESSION_POOL_* settings of the guide, and the gateway-wide cap. A null was not set explicitly.</summary>
internal sealed record PoolDefaults
{
    /// <summary>SESSION_POOL_ENABLED: the kill switch, default false.</summary>
    public bool Enabled { get; init; }

    public PoolStrategy? Strategy { get; init; }

    public int? Size { get; init; }

    /// <summary>SESSION_POOL_TTL: max_lifetime.</summary>
    public int? Ttl { get; init; }

    public int? MaxIdleTime { get; init; }

    /// <summary>SESSION_POOL_CLEANUP_INTERVAL, seconds.</summary>
    public int CleanupInterval { get; init; } = 60;

    /// <summary>SESSION_POOL_METRICS_ENABLED: whether pools time waits and uses and keep a history. Counts are kept either way.</summary>
    public bool MetricsEnabled { get; init; } = true;

    public int? HealthCheckInterval { get; init; }

    public int? RebalanceInterval { get; init; }

    /// <summary>SESSION_POOL_MAX_TOTAL: open sessions over all pools.</summary>
    public int MaxTotal { get; init; } = 2000;
}

/// <summary>Where meters and traces are sent; the variables are OpenTelemetry's own.</summary>
internal sealed record OtlpOptions
{
    /// <summary>OTEL_EXPORTER_OTLP_ENDPOINT; null sends nothing.</summary>
    public Uri? Endpoint { get; init; }

    public OtlpProtocol Protocol { get; init; } = OtlpProtocol.Grpc;

    /// <summary>OTEL_EXPORTER_OTLP_HEADERS, as name=value, comma-separated; a secret.</summary>
    public string? Headers { get; init; }

    public string ServiceName { get; init; } = "edge-gateway";
}

/// <summary>How OTLP travels.</summary>
internal enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
}

/// <summary>What carries requests to upstreams over HTTP.</summary>
internal enum UpstreamHttp
{
    /// <summary>The gateway's own transport.</summary>
    Lean,

    /// <summary>The platform's HTTP client.</summary>
    Standard,
}
