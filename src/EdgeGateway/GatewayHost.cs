using EdgeGateway.AdminUi;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.Lifecycle;
using EdgeGateway.Logging;

namespace EdgeGateway;

/// <summary>Composes the process from its options: services, then the pipeline in the order a request takes.</summary>
internal static class GatewayHost
{
    /// <param name="options">Complete.</param>
    /// <param name="clock">Of everything.</param>
    /// <param name="manager">Who started the process and wants to hear of it.</param>
    public static WebApplication Build(GatewayOptions options, TimeProvider clock, ServiceManager? manager = null)
    {
        // Only the option table configures the gateway: the empty builder reads no appsettings.json, no environment, no command line.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore();
        builder.Logging.AddGatewayLogging(options);
        builder.WebHost.ConfigureKestrel(kestrel => Listener.Configure(kestrel, options));
        builder.Services
            .AddRoutingCore()
            .AddSingleton(options)
            .AddSingleton(clock)
            .AddSingleton(manager ?? ServiceManager.None)
            .AddSingleton<JwtGate>()
            .AddLifecycle(options)
            .AddDataPath()
            .AddControlPlane()
            .AddHostedService<PoolStart>()
            .AddCors();

        var app = builder.Build();
        app.UseProblems();
        app.UseMcpCors();
        app.MapDataPath();
        app.MapControlPlane();
        app.MapAdminUi();
        return app;
    }
}
