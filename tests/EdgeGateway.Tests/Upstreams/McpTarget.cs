using EdgeGateway.TestUpstreams;
using ModelContextProtocol.Client;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>Where a scenario of <see cref="SdkScenarios"/> runs: an upstream itself, or the gateway in front of it.</summary>
/// <param name="Url">The MCP endpoint.</param>
/// <param name="Dialect">What the server at the end calls its tools.</param>
internal sealed record McpTarget(Uri Url, Dialect Dialect)
{
    /// <summary>Sent with each request, a bearer token for example.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The revision the client asks for; it accepts no older one.</summary>
    public string ProtocolVersion { get; init; } = "2025-11-25";

    public HttpTransportMode Mode { get; init; } = HttpTransportMode.StreamableHttp;

    /// <summary>Another way there than Streamable HTTP to <see cref="Url"/>.</summary>
    public Func<ModelContextProtocol.Client.IClientTransport>? Transport { get; init; }

    public static McpTarget Direct(TestUpstream upstream) => new(upstream.Url, Dialect.TestUpstream);

    public static McpTarget WithToken(Uri url, Dialect dialect, string token) =>
        new(url, dialect) { Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" } };
}
