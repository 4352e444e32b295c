using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.LegacySse;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Relay.Modern;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Lifecycle;
using EdgeGateway.Telemetry;

namespace EdgeGateway.DataPath;

/// <summary>The wiring of the data path, on one screen.</summary>
internal static class DataPathServices
{
    public static IServiceCollection AddDataPath(this IServiceCollection services) => CallLatency.Register(services)
        .AddSingleton<RoutingTable>()
        .AddSingleton(provider => new SessionSeal(
            FirstRun.KeyOf(provider.GetRequiredService<GatewayOptions>()), FirstRun.PreviousKeyOf(provider.GetRequiredService<GatewayOptions>())))
        .AddSingleton<ClientSessionIds>()
        .AddSingleton<ClientSessions>()
        .AddSingleton<Readmission>()
        .AddSingleton<IUpstreamOpenerFactory, UpstreamOpenerFactory>()
        .AddSingleton<OriginPolicy>()
        .AddSingleton(provider => new RelayServices(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeGateway.DataPath"))
        {
            Meter = provider.GetRequiredService<CallMeter>(),
            Latency = provider.GetRequiredService<CallLatency>(),
            Tracer = provider.GetRequiredService<CallTracer>(),
        })
        .AddSingleton<ParkedCalls>()
        .AddSingleton<Watchers>()
        .AddSingleton<AnswerCache>()
        .AddSingleton<ModernEndpoint>()
        .AddSingleton<RequestGuard>()
        .AddSingleton<RelayEndpoint>()
        .AddSingleton<LegacyClients>()
        .AddSingleton<LegacySseEndpoint>();

    public static void MapDataPath(this WebApplication app)
    {
        // Handlers are plain request delegates: no binding, no filters, nothing between Kestrel and the stages.
        var relay = app.Services.GetRequiredService<RelayEndpoint>();
        var legacy = app.Services.GetRequiredService<LegacySseEndpoint>();
        var guard = app.Services.GetRequiredService<RequestGuard>();
        app.MapPost("/servers/{id}/mcp", guard.Around(relay.PostAsync));
        app.MapGet("/servers/{id}/mcp", guard.Around(relay.GetAsync));
        app.MapDelete("/servers/{id}/mcp", guard.Around(relay.DeleteAsync));
        app.MapPost("/servers/{id}/rpc", guard.Around(relay.RpcAsync));
        app.MapGet("/servers/{id}/sse", guard.Around(legacy.GetAsync));
        app.MapPost("/servers/{id}/message", guard.Around(legacy.PostAsync));
    }
}
