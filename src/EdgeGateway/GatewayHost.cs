using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Lifecycle;
using EdgeGateway.Logging;

namespace EdgeGateway;

/// <summary>Composes the process from its options: provisional, process health only.</summary>
internal static class GatewayHost
{
    public static WebApplication Build(GatewayOptions options, TimeProvider clock)
    {
        // Only the option table configures the gateway: no appsettings.json of the working directory, no developer's error page.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<JwtGate>();
        builder.Services.AddLifecycle(options);
        builder.Logging.AddGatewayLogging(options);
        builder.WebHost.ConfigureKestrel(kestrel => Listener.Configure(kestrel, options));

        var app = builder.Build();
        app.MapGet("/health", () => Results.Text("{\"status\":\"alive\"}", "application/json"));
        app.MapGet("/health/ready", (ReadyState ready) => Results.Text(
            $"{{\"status\":\"{ready.Name}\"}}", "application/json", statusCode: ready.IsReady ? 200 : 503));
        return app;
    }
}
