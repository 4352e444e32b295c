using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Events;
using EdgeGateway.ControlPlane.Health;
using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.ControlPlane.OAuth;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.ControlPlane.Reload;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.ControlPlane.Settings;
using EdgeGateway.ControlPlane.SignIn;
using EdgeGateway.ControlPlane.Tokens;

namespace EdgeGateway.Json;

/// <summary>Every type that goes over the wire or into the database as JSON; nothing is found by reflection.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ProblemExplanation))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(VersionResponse))]
[JsonSerializable(typeof(ResourceMetadataResponse))]
[JsonSerializable(typeof(ServerResponse))]
[JsonSerializable(typeof(ServerPage))]
[JsonSerializable(typeof(ServerExport))]
[JsonSerializable(typeof(TestReport))]
[JsonSerializable(typeof(ToolListResponse))]
[JsonSerializable(typeof(PoolStatsResponse))]
[JsonSerializable(typeof(PoolListResponse))]
[JsonSerializable(typeof(PoolSessionsResponse))]
[JsonSerializable(typeof(PoolEventsResponse))]
[JsonSerializable(typeof(PoolHealthResponse))]
[JsonSerializable(typeof(IReadOnlyList<PoolStatsResponse>))]
[JsonSerializable(typeof(ChangedServer))]
[JsonSerializable(typeof(PageSessionResponse))]
[JsonSerializable(typeof(NewTokenResponse))]
[JsonSerializable(typeof(TokenPage))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(SettingsResponse))]
[JsonSerializable(typeof(ReloadResponse))]
[JsonSerializable(typeof(LivePoolEvent))]
[JsonSerializable(typeof(StrategyListResponse))]
[JsonSerializable(typeof(PoolMetricsResponse))]
[JsonSerializable(typeof(PoolOptimizeResponse))]
[JsonSerializable(typeof(DrainResponse))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<ServerEndpoint>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<KeyValuePair<string, string>>))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>Leaves quotes and letters readable, which is safe in bodies that are served as JSON, never inside HTML.</summary>
    public static WireJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
