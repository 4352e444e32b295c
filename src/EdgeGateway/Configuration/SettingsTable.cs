using EdgeGateway.Logging;
using EdgeGateway.Pooling;
using static EdgeGateway.Configuration.SettingKinds;

namespace EdgeGateway.Configuration;

/// <summary>Every setting of the gateway, once. See <see cref="Setting"/> for what is made from it.</summary>
internal static class SettingsTable
{
    private static readonly (string, PoolStrategy)[] Strategies =
    [
        ("round_robin", PoolStrategy.RoundRobin), ("least_connections", PoolStrategy.LeastConnections),
        ("sticky", PoolStrategy.Sticky), ("weighted", PoolStrategy.Weighted), ("none", PoolStrategy.None),
    ];

    private static readonly (string, LogLevel)[] LogLevels =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information),
        ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("critical", LogLevel.Critical),
    ];

    private static readonly (string, LogFormat)[] LogFormats = [("auto", LogFormat.Auto), ("line", LogFormat.Line), ("json", LogFormat.Json)];

    private static readonly (string, OtlpProtocol)[] OtlpProtocols = [("grpc", OtlpProtocol.Grpc), ("http/protobuf", OtlpProtocol.HttpProtobuf)];

    private static readonly (string, UpstreamHttp)[] Transports = [("lean", UpstreamHttp.Lean), ("standard", UpstreamHttp.Standard)];

    private static readonly (string, string)[] Algorithms = [("HS256", "HS256"), ("RS256", "RS256"), ("ES256", "ES256")];

    public static IReadOnlyList<Setting> All { get; } =
    [
        Text("HOST", SettingGroup.Listening, "127.0.0.1", "ADDRESS",
            "Address to listen on; 0.0.0.0 or :: for every interface",
            (o, v) => o with { Host = v }) with { Range = "address", Read = ReadHost },
        Integer("PORT", SettingGroup.Listening, "4444", 0, 65535,
            "Port to listen on; 0 takes a free one",
            (o, v) => o with { Port = v }),
        Text("TLS_CERT_FILE", SettingGroup.Listening, null, "FILE",
            "PEM file with the certificate and its chain: with TLS_KEY_FILE the gateway speaks https, and serves a renewed one without a restart",
            (o, v) => o with { TlsCertFile = v }) with { Range = "file" },
        Text("TLS_KEY_FILE", SettingGroup.Listening, null, "FILE",
            "PEM file with the certificate's key, without a passphrase",
            (o, v) => o with { TlsKeyFile = v }) with { Range = "file" },
        Boolean("BEHIND_PROXY", SettingGroup.Listening, false,
            "A proxy in front speaks TLS: no warning when the gateway listens on every interface without it",
            (o, v) => o with { BehindProxy = v }),
        new("ALLOWED_ORIGINS", SettingGroup.Listening, null, AllowedOrigins.Accepts, "origins, comma-separated",
            "Origins a browser may call from; unset means loopback origins", AllowedOrigins.Read) { ValueName = "ORIGINS", Reloadable = true },
        new("PUBLIC_URL", SettingGroup.Listening, null, WebAddresses.AcceptsOrigin, "origin",
            "Address clients reach the gateway under, as in https://gateway.example; OAuth metadata and token audiences are made from it", WebAddresses.ReadPublicUrl) { ValueName = "URL" },
        Integer("MAX_BODY_BYTES", SettingGroup.Listening, "16777216", 1024, 1 << 30,
            "Largest request body (bytes); a longer one is answered 413",
            (o, v) => o with { MaxBodyBytes = v }),
        Integer("ANSWER_CACHE_BYTES", SettingGroup.Listening, "16777216", 0, 1 << 30,
            "Memory for answers that servers of revision 2026-07-28 allow to be served again (bytes); 0 asks them every time",
            (o, v) => o with { AnswerCacheBytes = v }),
        Choice("UPSTREAM_HTTP", SettingGroup.Listening, "lean", Transports,
            "What carries requests to upstreams: lean, made for the gateway, or standard, the HTTP client of .NET, which costs more for each call",
            (o, v) => o with { UpstreamHttp = v }),
        Integer("DRAIN_TIMEOUT", SettingGroup.Listening, "30", 0, 3600,
            "How long running requests may finish at shutdown (seconds)",
            (o, v) => o with { DrainTimeout = TimeSpan.FromSeconds(v) }),

        Text("EDGE_GATEWAY_DATA", SettingGroup.Storage, null, "FOLDER",
            "Data folder: database, keys and secret; unset means $STATE_DIRECTORY, an existing /var/lib/edge-gateway, or ~/.local/share/edge-gateway",
            (o, v) => o with { DataFolder = v }) with { Flag = "--data", Range = "folder" },

        Choice("LOG_LEVEL", SettingGroup.Logging, "info", LogLevels,
            "Least severity that is logged",
            (o, v) => o with { LogLevel = v }) with { Reloadable = true },

        Choice("LOG_FORMAT", SettingGroup.Logging, "auto", LogFormats,
            "How a record is written to standard error: line, json, or auto (lines on a terminal, JSON elsewhere)",
            (o, v) => o with { LogFormat = v }),

        new("OTEL_EXPORTER_OTLP_ENDPOINT", SettingGroup.Telemetry, null, WebAddresses.AcceptsCollector, "http or https URL",
            "Collector that meters and traces are sent to (OpenTelemetry); unset sends nothing. GET /metrics is there either way", WebAddresses.ReadCollector) { ValueName = "URL" },
        Choice("OTEL_EXPORTER_OTLP_PROTOCOL", SettingGroup.Telemetry, "grpc", OtlpProtocols,
            "How they travel",
            (o, v) => o with { Otlp = o.Otlp with { Protocol = v } }),
        new("OTEL_EXPORTER_OTLP_HEADERS", SettingGroup.Telemetry, null, OtlpHeaders.Accepts, "name=value, comma-separated",
            "Headers for the collector, as in authorization=Bearer x,tenant=y", OtlpHeaders.Read) { ValueName = "HEADERS", Secret = true },
        Text("OTEL_SERVICE_NAME", SettingGroup.Telemetry, "edge-gateway", "TEXT",
            "What the gateway is called in meters and traces that are sent",
            (o, v) => o with { Otlp = o.Otlp with { ServiceName = v } }),

        Boolean("AUTH_REQUIRED", SettingGroup.Tokens, true,
            "Ask every caller for a token; false only on a loopback address",
            (o, v) => o with { AuthRequired = v }),
        Text("JWT_SECRET_KEY", SettingGroup.Tokens, null, "SECRET",
            "HS256 key, at least 32 bytes; unset means the one generated in the data folder. As a flag it shows in the process list",
            (o, v) => o with { JwtSecretKey = v }) with { Secret = true, Range = "≥ 32 bytes" },
        Choice("JWT_ALGORITHM", SettingGroup.Tokens, "HS256", Algorithms,
            "The one algorithm tokens may be signed with",
            (o, v) => o with { JwtAlgorithm = v }),
        Text("JWT_ISSUER", SettingGroup.Tokens, "mcpgateway", "TEXT",
            "Issuer (iss) a token must name",
            (o, v) => o with { JwtIssuer = v }),
        Text("JWT_AUDIENCE", SettingGroup.Tokens, "mcpgateway-api", "TEXT",
            "Audience (aud) a token must name",
            (o, v) => o with { JwtAudience = v }),
        new("OAUTH_AUTHORIZATION_SERVERS", SettingGroup.Tokens, null, WebAddresses.AcceptsIssuers, "URLs, comma-separated",
            "Issuers clients get tokens from; with PUBLIC_URL each MCP endpoint serves OAuth metadata that names them (RFC 9728)", WebAddresses.ReadIssuers) { ValueName = "URLS" },
        Text("JWT_PUBLIC_KEY_FILE", SettingGroup.Tokens, null, "FILE",
            "PEM file with the public key for RS256 or ES256",
            (o, v) => o with { JwtPublicKeyFile = v }) with { Range = "file" },

        // Names, defaults and descriptions of the nine are the setup guide's.
        Boolean("SESSION_POOL_ENABLED", SettingGroup.Pools, false,
            "Enable/disable session pooling globally",
            (o, v) => o with { Pools = o.Pools with { Enabled = v } }) with { ShownActive = true, Reloadable = true },
        Choice("SESSION_POOL_STRATEGY", SettingGroup.Pools, "round_robin", Strategies,
            "Default strategy for new servers",
            (o, v) => o with { Pools = o.Pools with { Strategy = v } }) with { NullWhenUnset = true, Reloadable = true },
        Integer("SESSION_POOL_SIZE", SettingGroup.Pools, "5", 1, 1000,
            "Default pool size",
            (o, v) => o with { Pools = o.Pools with { Size = v } }) with { NullWhenUnset = true, Reloadable = true },
        Integer("SESSION_POOL_TTL", SettingGroup.Pools, "3600", 60, 86400,
            "Session lifetime (seconds)",
            (o, v) => o with { Pools = o.Pools with { Ttl = v } }) with { NullWhenUnset = true, Reloadable = true },
        Integer("SESSION_POOL_MAX_IDLE_TIME", SettingGroup.Pools, "300", 60, 86400,
            "Max idle time before cleanup (seconds)",
            (o, v) => o with { Pools = o.Pools with { MaxIdleTime = v } }) with { NullWhenUnset = true, Reloadable = true },
        Integer("SESSION_POOL_CLEANUP_INTERVAL", SettingGroup.Pools, "60", 1, 3600,
            "Cleanup task interval (seconds)",
            (o, v) => o with { Pools = o.Pools with { CleanupInterval = v } }) with { Reloadable = true },
        Boolean("SESSION_POOL_METRICS_ENABLED", SettingGroup.Pools, true,
            "Enable metrics collection",
            (o, v) => o with { Pools = o.Pools with { MetricsEnabled = v } }) with { Reloadable = true },
        Integer("SESSION_POOL_HEALTH_CHECK_INTERVAL", SettingGroup.Pools, "60", 10, 3600,
            "Health check interval (seconds)",
            (o, v) => o with { Pools = o.Pools with { HealthCheckInterval = v } }) with { NullWhenUnset = true, Reloadable = true },
        Integer("SESSION_POOL_REBALANCE_INTERVAL", SettingGroup.Pools, "300", 60, 3600,
            "Rebalancing interval (seconds)",
            (o, v) => o with { Pools = o.Pools with { RebalanceInterval = v } }) with { NullWhenUnset = true, Reloadable = true },
        Integer("SESSION_POOL_MAX_TOTAL", SettingGroup.Pools, "2000", 1, 100_000,
            "Open upstream sessions over all pools, at most",
            (o, v) => o with { Pools = o.Pools with { MaxTotal = v } }),
    ];

    private static string? ReadHost(string text, ref GatewayOptions options)
    {
        if (!ListenAddress.TryParse(text, out _))
        {
            return "an IP address of this machine, localhost, or 0.0.0.0";
        }
        options = options with { Host = text };
        return null;
    }
}
