using EdgeGateway.AdminUi;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.Lifecycle;
using EdgeGateway.Lifecycle.Reload;
using EdgeGateway.Logging;
using EdgeGateway.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EdgeGateway;

/// <summary>Composes the process from its options: services, then the pipeline in the order a request takes.</summary>
internal static class GatewayHost
{
    /// <param name="options">Complete.</param>
    /// <param name="clock">Of everything.</param>
    /// <param name="supervisor">Who started the process and wants to hear of it.</param>
    /// <param name="reread">Reads the settings again, for a reload.</param>
    public static WebApplication Build(GatewayOptions options, TimeProvider clock, Supervisor? supervisor = null, Func<SettingsReport>? reread = null)
    {
        // Only the option table configures the gateway: the empty builder reads no appsettings.json, no environment, no command line.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore();
        LanedServer.Decorate(builder.Services);
        builder.Logging.AddGatewayLogging(options.LogFormat, !Console.IsErrorRedirected);
        builder.WebHost.ConfigureKestrel(kestrel => Listener.Configure(kestrel, options));
        builder.Services
            .AddRoutingCore()
            .Configure<SocketTransportOptions>(SocketThreads.Configure)
            .AddSingleton(options)
            .AddSingleton<LiveSettings>()
            .AddSingleton(new SettingsRereader(reread))
            .AddSingleton(clock)
            .AddSingleton(supervisor ?? Supervisor.None)
            .AddSingleton<JwtGate>()
            .AddLifecycle(options)
            .AddDataPath()
            .AddControlPlane()
            .AddTelemetry()
            .AddHostedService<PoolStart>()
            .AddCors();

        var app = builder.Build();
        app.UseProblems();
        app.UseMcpCors();
        app.MapDataPath();
        app.MapControlPlane();
        app.MapAdminUi();
        app.Services.GetRequiredService<PrometheusEndpoint>().Map(app);
        return app;
    }
}
