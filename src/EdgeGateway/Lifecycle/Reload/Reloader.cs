using System.Diagnostics;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Tls;

namespace EdgeGateway.Lifecycle.Reload;

/// <summary>
/// Reads the settings again, and puts in force what may change while the gateway runs: all of it or, where a setting is wrong, nothing.
/// Servers and pools that are changed through the API need none of this.
/// </summary>
internal sealed class Reloader(
    LiveSettings live, SettingsRereader source, IEnumerable<IReloadable> parts, ServedCertificate certificate, Supervisor supervisor, TimeProvider clock, ILogger<Reloader> log)
{
    /// <summary>One at a time. Never disposed: it has no handle.</summary>
    private SemaphoreSlim Turn { get; } = new(1);

    // Written in a turn, read by the readiness check.
    private volatile FailedReload? _lastFailure;

    /// <summary>Of the last reload; null when it went well, or there was none.</summary>
    public FailedReload? LastFailure => _lastFailure;

    /// <returns>What reads otherwise than before, or what is wrong: then everything is as it was.</returns>
    public async Task<ReloadOutcome> ReloadAsync()
    {
        await Turn.WaitAsync();
        try
        {
            // systemd takes what it hears before this moment for the answer to an earlier question (sd_notify(3)).
            supervisor.Tell("RELOADING=1", $"MONOTONIC_USEC={Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000)}");
            return await ReadAsync();
        }
        finally
        {
            supervisor.Tell("READY=1");
            Turn.Release();
        }
    }

    private async Task<ReloadOutcome> ReadAsync()
    {
        var report = Read();
        if (report.Errors.Count > 0)
        {
            _lastFailure = new FailedReload(clock.GetUtcNow(), report.Errors);
            LifecycleLog.ReloadRefused(log, string.Join(" ", report.Errors));
            return new ReloadOutcome([], [], report.Errors);
        }

        var changes = SettingChange.Between(live.Current.Settings, report.Values).ToList();
        if (changes.Any(change => change.Applied))
        {
            live.Take(report.Options);
            foreach (var part in parts)
            {
                await part.ReloadAsync();
            }
        }

        certificate.Refresh();
        _lastFailure = null;
        LifecycleLog.Reloaded(log, changes.Count == 0 ? "nothing has changed" : string.Join(", ", changes));
        return new ReloadOutcome(changes, report.Warnings, []);
    }

    /// <summary>A file that is gone or cannot be read is as wrong as what stands in one.</summary>
    private SettingsReport Read()
    {
        var current = live.Current;
        try
        {
            return source.Read() ?? new SettingsReport(current, current.Settings, [], []);
        }
        catch (BootException unreadable)
        {
            return new SettingsReport(current, current.Settings, [unreadable.Message], []);
        }
    }
}

/// <param name="Changes">What reads otherwise than before, in force or not.</param>
/// <param name="Warnings">One sentence each.</param>
/// <param name="Errors">One sentence each; then nothing was changed.</param>
internal sealed record ReloadOutcome(IReadOnlyList<SettingChange> Changes, IReadOnlyList<string> Warnings, IReadOnlyList<string> Errors);

/// <param name="At">When it was tried.</param>
/// <param name="Errors">One sentence each.</param>
internal sealed record FailedReload(DateTimeOffset At, IReadOnlyList<string> Errors);
