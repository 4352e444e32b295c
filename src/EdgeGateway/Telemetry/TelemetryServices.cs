namespace EdgeGateway.Telemetry;

/// <summary>Meters, traces and who gets them, wired.</summary>
internal static class TelemetryServices
{
    /// <summary>Needs <see cref="Configuration.GatewayOptions"/>, <see cref="TimeProvider"/> and <see cref="ControlPlane.Servers.ServerCatalog"/> registered.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddSingleton<PoolMeter>()
        .AddSingleton<CallMeter>()
        .AddSingleton<CallTracer>()
        .AddSingleton<PrometheusEndpoint>()
        .AddHostedService<OtlpExport>();
}
