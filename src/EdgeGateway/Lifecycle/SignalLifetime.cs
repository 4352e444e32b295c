using System.Runtime.InteropServices;

namespace EdgeGateway.Lifecycle;

/// <summary>SIGTERM, SIGINT (Ctrl-C) and SIGQUIT stop the host in order; a second one ends the process at once. Stands in for the host's own, which ignores the second.</summary>
internal sealed class SignalLifetime(IHostApplicationLifetime application, ILogger<SignalLifetime> log, Action<int>? exit = null) : IHostLifetime, IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    private readonly Action<int> _exit = exit ?? Environment.Exit;
    private readonly List<PosixSignalRegistration> _registrations = [];

    // Written by the signal thread only.
    private int _received;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in Signals)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Receive();
            }));
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Receive()
    {
        if (Interlocked.Increment(ref _received) == 1)
        {
            application.StopApplication();
            return;
        }
        LifecycleLog.EndingAtOnce(log);
        _exit(ExitCode.Runtime);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
