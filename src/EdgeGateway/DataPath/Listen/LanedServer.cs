using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeGateway.DataPath.Listen;

/// <summary>The web server, with the lane for messages in front of the pipeline.</summary>
internal sealed class LanedServer(IServer server, MessageLane lane) : IServer
{
    public IFeatureCollection Features => server.Features;

    /// <summary>Puts the lane before the web server that was registered.</summary>
    public static void Decorate(IServiceCollection services)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(registered);
        services.AddSingleton<MessageLane>();
        services.AddSingleton<IServer>(provider => new LanedServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!), provider.GetRequiredService<MessageLane>()));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        server.StartAsync(new LanedApplication(Pipeline.Of(application), lane), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();
}
