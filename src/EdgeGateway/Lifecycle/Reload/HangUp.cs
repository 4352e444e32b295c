using System.Runtime.InteropServices;

namespace EdgeGateway.Lifecycle.Reload;

/// <summary>SIGHUP reloads: what <c>systemctl reload</c> sends. Without this it would end the process.</summary>
internal sealed class HangUp(Reloader reloader) : IHostedService, IDisposable
{
    private PosixSignalRegistration? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _ = reloader.ReloadAsync();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();
}
