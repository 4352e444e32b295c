using EdgeGateway.Configuration;

namespace EdgeGateway.Lifecycle;

/// <summary>
/// The end of the process, in order: not ready any more, every <see cref="IDrainable"/> at once, then the host stops its services.
/// Runs before the listener closes, so that <c>/health/ready</c> can tell a load balancer to go elsewhere.
/// </summary>
internal sealed class Drain(
    ReadyState ready, IEnumerable<IDrainable> drainables, GatewayOptions options, TimeProvider clock, ILogger<Drain> log) : IHostedLifecycleService
{
    /// <summary>What drainables may take beyond their time, to close what is left.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        ready.MarkReady();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!ready.BeginDraining())
        {
            return;
        }
        LifecycleLog.Draining(log, options.DrainTimeout.TotalSeconds);
        await Task.WhenAll(drainables.Select(drainable => DrainOneAsync(drainable, cancellationToken)));
        LifecycleLog.Drained(log);
    }

    /// <summary>One that fails or hangs must not keep the others from finishing.</summary>
    private async Task DrainOneAsync(IDrainable drainable, CancellationToken cancellationToken)
    {
        try
        {
            await drainable.DrainAsync(options.DrainTimeout).WaitAsync(options.DrainTimeout + Grace, clock, cancellationToken);
        }
        catch (Exception failure)
        {
            LifecycleLog.DrainFailed(log, drainable.GetType().Name, failure);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
