namespace EdgeGateway.ControlPlane.Pools;

/// <summary>Loads servers and pools before the listener opens, so that no request finds a half-known gateway.</summary>
internal sealed class PoolStart(SessionPoolManager pools) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => pools.InitializeAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
