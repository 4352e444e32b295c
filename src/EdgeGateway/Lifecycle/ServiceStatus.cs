namespace EdgeGateway.Lifecycle;

/// <summary>
/// Keeps the <see cref="Supervisor"/> informed: ready, a line of status, a sign of life, the end. The sign of life is given by whoever
/// has just read the <see cref="IStatusSource"/>: a gateway that hangs, or whose threads are used up, gives none.
/// </summary>
internal sealed class ServiceStatus(Supervisor supervisor, IStatusSource source, TimeProvider clock, ILogger<ServiceStatus> log) : IHostedLifecycleService, IDisposable
{
    /// <summary>How old the status may be where no watchdog asks for more.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private ITimer? _timer;

    // Written when the end begins, read by the timer: the last word is the end's.
    private volatile bool _isEnding;

    // 1 while a report is being made.
    private int _reporting;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (supervisor.Listens)
        {
            supervisor.Tell("READY=1", Status());

            // Half of what is allowed, as sd_watchdog_enabled(3) recommends.
            var interval = supervisor.Watchdog / 2 is { } half && half < Interval ? half : Interval;
            using var _ = ExecutionContext.SuppressFlow(); // nothing of the start goes on in it
            _timer = clock.CreateTimer(_ => Report(), null, interval, interval);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isEnding = true;
        supervisor.Tell("STOPPING=1", "STATUS=Draining: running requests finish");
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Report()
    {
        // One that hangs is not joined by others.
        if (Interlocked.Exchange(ref _reporting, 1) != 0)
        {
            return;
        }

        try
        {
            var status = Status();
            if (_isEnding)
            {
                // The drain is bounded by itself; that it goes on is a sign of life too.
                supervisor.Tell("WATCHDOG=1");
            }
            else
            {
                supervisor.Tell("WATCHDOG=1", status);
            }
        }
#pragma warning disable CA1031 // nobody else would see it, and it must not end the process by itself
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LifecycleLog.NoSignOfLife(log, failure);
        }
        finally
        {
            Volatile.Write(ref _reporting, 0);
        }
    }

    private string Status() => "STATUS=" + source.Describe();
}
