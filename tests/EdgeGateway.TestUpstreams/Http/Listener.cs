using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>Kestrel on 127.0.0.1 with the routes of one upstream.</summary>
internal static class Listener
{
    public static async Task<(WebApplication App, Uri Url)> StartAsync(TestUpstream upstream, int port, CancellationToken cancellationToken)
    {
        // The empty builder reads no environment, no files and no signals: many upstreams live in one test process.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "test-upstream" });
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        var app = builder.Build();
        var endpoint = new McpEndpoint(upstream);
        app.MapPost("/mcp", endpoint.PostAsync);
        app.MapGet("/mcp", endpoint.GetAsync);
        app.MapDelete("/mcp", endpoint.DeleteAsync);
        var legacy = new LegacyEndpoint(upstream);
        app.MapGet("/sse", legacy.GetAsync);
        app.MapPost("/message", legacy.PostAsync);
        Control.ControlRoutes.Map(app, upstream);
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return (app, new Uri(addresses.First() + "/mcp"));
    }

    /// <summary>Cuts open connections at once: a cancelled token leaves Kestrel no time to wait for them.</summary>
    public static async Task StopAsync(WebApplication app)
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
