using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Reload;
using EdgeGateway.Lifecycle.Tls;

namespace EdgeGateway.Lifecycle;

/// <summary>Start, readiness, signals and drain, wired.</summary>
internal static class LifecycleServices
{
    /// <summary>Needs <see cref="GatewayOptions"/>, <see cref="TimeProvider"/>, <see cref="Supervisor"/> and <see cref="IStatusSource"/> registered. Parts with work in flight register as <see cref="IDrainable"/>.</summary>
    public static IServiceCollection AddLifecycle(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<ReadyState>();
        services.AddSingleton<IHostLifetime>(provider => new SignalLifetime(
            provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<ILogger<SignalLifetime>>()));
        services.AddHostedService<Drain>();
        services.AddHostedService<ServiceStatus>();
        services.AddSingleton<ServedCertificate>();
        services.AddSingleton<Reloader>();
        services.AddHostedService<HangUp>();
        // The drain itself, its grace, and as much again for the listener and the database to close.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + Drain.Grace + Drain.Grace);
        return services;
    }
}
