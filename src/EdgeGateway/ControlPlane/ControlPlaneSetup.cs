using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Events;
using EdgeGateway.ControlPlane.Health;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.ControlPlane.OAuth;
using EdgeGateway.ControlPlane.OpenApi;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.ControlPlane.Reload;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.ControlPlane.Settings;
using EdgeGateway.ControlPlane.SignIn;
using EdgeGateway.ControlPlane.Tokens;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Lifecycle;
using EdgeGateway.Lifecycle.Reload;
using EdgeGateway.Pooling;
using EdgeGateway.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EdgeGateway.ControlPlane;

/// <summary>The control plane's wiring, on one screen.</summary>
internal static class ControlPlaneSetup
{
    /// <summary>
    /// Needs besides: <see cref="GatewayOptions"/>, the life cycle (<see cref="ReadyState"/>), the token gate and
    /// <see cref="DataPath.Acquire.IUpstreamOpenerFactory"/>. The database is opened with the first use, at the latest by <see cref="MapControlPlane"/>.
    /// </summary>
    public static IServiceCollection AddControlPlane(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RoutingTable>();
        services.TryAddSingleton(provider => new SessionCap(provider.GetRequiredService<GatewayOptions>().Pools.MaxTotal));
        return services
            .AddSingleton(provider => Database.Open(provider.GetRequiredService<GatewayOptions>().DataFolder))
            .AddSingleton(provider => new SecretBox(
                FirstRun.KeyOf(provider.GetRequiredService<GatewayOptions>()), FirstRun.PreviousKeyOf(provider.GetRequiredService<GatewayOptions>())))
            .AddSingleton<SqliteEndedSessionStore>()
            .AddSingleton<IEndedSessions, EndedSessions>()
            .AddSingleton<IServerStore, SqliteServerStore>()
            .AddSingleton<IAuditStore, SqliteAuditStore>()
            .AddSingleton<AuditTrail>()
            .AddSingleton<SqliteTokenStore>()
            .AddSingleton<ITokenStore>(provider => provider.GetRequiredService<SqliteTokenStore>())
            .AddSingleton<IRevocationStore>(provider => provider.GetRequiredService<SqliteTokenStore>())
            .AddSingleton<Revocations>()
            .AddSingleton<PageSessions>()
            .AddSingleton<ChangeGate>()
            .AddSingleton<BodyReader>()
            .AddSingleton<ServerCatalog>()
            .AddSingleton<ServerReader>()
            .AddSingleton<StdioGate>()
            .AddSingleton<ServerChanges>()
            .AddSingleton<UpstreamInspection>()
            .AddSingleton<PoolConfigResolver>()
            .AddSingleton<PoolGate>()
            .AddSingleton<IPoolHistoryStore, SqlitePoolHistoryStore>()
            .AddSingleton<HistoryQueue>()
            .AddSingleton<PoolHistories>()
            .AddHostedService<HistoryLoop>()
            .AddSingleton<LiveChanges>()
            .AddSingleton<LiveFeed>()
            .AddSingleton<IStatusSource, PoolStatusLine>()
            .AddSingleton<SessionPoolManager>()
            .AddSingleton<IDrainable>(provider => provider.GetRequiredService<SessionPoolManager>())
            .AddSingleton<IReloadable>(provider => provider.GetRequiredService<SessionPoolManager>())
            .AddSingleton<ServerEndpoints>()
            .AddSingleton<PoolConfigEndpoints>()
            .AddSingleton<PoolEndpoints>()
            .AddSingleton<PoolActionEndpoints>()
            .AddSingleton<PoolMetricsEndpoints>()
            .AddSingleton<PoolOptimizeEndpoints>()
            .AddSingleton<EventsEndpoints>()
            .AddSingleton<TokenEndpoints>()
            .AddSingleton<AuditEndpoints>()
            .AddSingleton<SettingsEndpoints>()
            .AddSingleton<ReloadEndpoints>()
            .AddSingleton<SignInEndpoints>()
            .AddSingleton<HealthEndpoints>()
            .AddSingleton<ResourceMetadataEndpoints>();
    }

    /// <summary>The REST API. <see cref="ProblemMiddleware.UseProblems"/> belongs before it, first in the pipeline.</summary>
    public static IEndpointRouteBuilder MapControlPlane(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<ServerEndpoints>().Map(routes);
        services.GetRequiredService<PoolConfigEndpoints>().Map(routes);
        services.GetRequiredService<PoolEndpoints>().Map(routes);
        services.GetRequiredService<PoolActionEndpoints>().Map(routes);
        services.GetRequiredService<PoolMetricsEndpoints>().Map(routes);
        services.GetRequiredService<PoolOptimizeEndpoints>().Map(routes);
        services.GetRequiredService<EventsEndpoints>().Map(routes);
        services.GetRequiredService<TokenEndpoints>().Map(routes);
        services.GetRequiredService<AuditEndpoints>().Map(routes);
        services.GetRequiredService<SettingsEndpoints>().Map(routes);
        services.GetRequiredService<ReloadEndpoints>().Map(routes);
        OpenApiEndpoints.Map(routes);
        services.GetRequiredService<SignInEndpoints>().Map(routes);
        services.GetRequiredService<HealthEndpoints>().Map(routes);
        ProblemEndpoints.Map(routes);
        services.GetRequiredService<ResourceMetadataEndpoints>().Map(routes);
        return routes;
    }
}
