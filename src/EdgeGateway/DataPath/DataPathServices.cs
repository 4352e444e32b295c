using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Route;

namespace EdgeGateway.DataPath;

/// <summary>The wiring of the data path, on one screen.</summary>
internal static class DataPathServices
{
    public static IServiceCollection AddDataPath(this IServiceCollection services) => services
        .AddSingleton<RoutingTable>()
        .AddSingleton<ClientSessions>()
        .AddSingleton<IUpstreamOpenerFactory, UpstreamOpenerFactory>()
        .AddSingleton(provider => new OriginPolicy(provider.GetRequiredService<GatewayOptions>().AllowedOrigins))
        .AddSingleton(provider => new RelayServices(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeGateway.DataPath")))
        .AddSingleton<RequestGuard>()
        .AddSingleton<RelayEndpoint>();

    public static void MapDataPath(this WebApplication app)
    {
        // Handlers are plain request delegates: no binding, no filters, nothing between Kestrel and the stages.
        var relay = app.Services.GetRequiredService<RelayEndpoint>();
        var guard = app.Services.GetRequiredService<RequestGuard>();
        app.MapPost("/servers/{id}/mcp", guard.Around(relay.PostAsync));
        app.MapGet("/servers/{id}/mcp", guard.Around(relay.GetAsync));
        app.MapDelete("/servers/{id}/mcp", guard.Around(relay.DeleteAsync));
        app.MapPost("/servers/{id}/rpc", guard.Around(relay.RpcAsync));
    }
}
