using EdgeGateway.Configuration;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>
/// Looks at the pools at every full second, and has their history written when 5 minutes are full and when the process ends. Writing runs
/// beside: a slow disk does not keep it from looking.
/// </summary>
internal sealed class HistoryLoop(
    PoolHistories histories, HistoryQueue queue, LiveSettings settings, TimeProvider clock, ILogger<HistoryLoop> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _saidNotRecorded;

    private bool IsOn => settings.Current.Pools is { Enabled: true, MetricsEnabled: true };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOn)
        {
            _running = RunAsync();
        }

        return Task.CompletedTask;
    }

    /// <summary>The pools have drained by now, so the last buckets hold all they did.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running;
        if (IsOn)
        {
            Try(histories.EndAll);
            await queue.WriteAsync();
        }
    }

    /// <summary>After a start that failed nothing is written: the database may be what failed.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var writing = Task.CompletedTask;
        var written = HistorySpans.StartOf(clock.GetUtcNow(), HistorySpans.Coarse);
        while (await NextSecondAsync())
        {
            Try(histories.ObserveAll);
            var present = HistorySpans.StartOf(clock.GetUtcNow(), HistorySpans.Coarse);
            if (present != written && writing.IsCompleted)
            {
                written = present;
                writing = Task.Run(queue.WriteAsync);
            }
        }

        await writing;
    }

    /// <returns>False when the process ends.</returns>
    private async Task<bool> NextSecondAsync()
    {
        var left = Pace.Ticks - (clock.GetUtcNow().Ticks % Pace.Ticks);
        var wait = Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling((double)left / TimeSpan.TicksPerMillisecond)), clock, _stop.Token);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stop.IsCancellationRequested;
    }

    /// <summary>Whatever is wrong with the history, it must not end the gateway. Said once: it would be every second.</summary>
    private void Try(Action record)
    {
        try
        {
            record();
        }
        catch (Exception e)
        {
            if (!_saidNotRecorded)
            {
                _saidNotRecorded = true;
                log.NotRecorded(e);
            }
        }
    }
}
