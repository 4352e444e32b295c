using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Reload;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Logging;

/// <summary>Where log records go: standard error, one line each. Standard output belongs to what a verb prints.</summary>
internal static class GatewayLogging
{
    /// <summary>Needs <see cref="TimeProvider"/>, <see cref="GatewayOptions"/> and <see cref="LiveSettings"/> registered.</summary>
    /// <param name="logging">The host's.</param>
    /// <param name="format">LOG_FORMAT.</param>
    /// <param name="isTerminal">Whether a person reads standard error.</param>
    public static ILoggingBuilder AddGatewayLogging(this ILoggingBuilder logging, LogFormat format, bool isTerminal)
    {
        logging.ClearProviders();
        logging.AddConsole(console =>
        {
            console.FormatterName = format == LogFormat.Json || (format == LogFormat.Auto && !isTerminal) ? JsonFormatter.FormatterName : LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;

            // Whoever logs is serving a request: it does not wait for a slow disk or a pipe that nobody reads.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        logging.EnableEnrichment();
        logging.AddSampler<FloodSampler>();
        logging.Services
            .AddStaticLogEnricher<ServiceEnricher>()
            .AddLogEnricher<TraceEnricher>()
            .AddSingleton<ConsoleFormatter>(provider => new LineFormatter(provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<ConsoleFormatter>(provider => new JsonFormatter(provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<LogLevels>()
            .AddSingleton<IConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>())
            .AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>())
            .AddSingleton<IReloadable>(provider => provider.GetRequiredService<LogLevels>());
        return logging;
    }
}

/// <summary>How a log record is written.</summary>
internal enum LogFormat
{
    /// <summary>Lines on a terminal, JSON elsewhere.</summary>
    Auto,
    Line,
    Json,
}
