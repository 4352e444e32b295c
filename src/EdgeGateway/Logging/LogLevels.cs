using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Reload;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace EdgeGateway.Logging;

/// <summary>What is logged, by LOG_LEVEL. After a reload the logger factory is told to ask again; a log call itself costs what it did.</summary>
internal sealed class LogLevels(LiveSettings live) : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>, IReloadable, IDisposable
{
    // Replaced by the one reload that runs; who asked before hears of it through the old one.
    private CancellationTokenSource _changed = new();

    public string Name => Options.DefaultName;

    public void Configure(LoggerFilterOptions options)
    {
        var level = live.Current.LogLevel;
        options.MinLevel = level;

        // The framework tells of every request at Information; an operator asked about the gateway, not about it.
        var framework = level > LogLevel.Warning ? level : LogLevel.Warning;
        options.Rules.Add(new LoggerFilterRule(null, "Microsoft", framework, null));
        options.Rules.Add(new LoggerFilterRule(null, "System", framework, null));
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    public Task ReloadAsync() => Interlocked.Exchange(ref _changed, new CancellationTokenSource()).CancelAsync();

    public void Dispose() => _changed.Dispose();
}
