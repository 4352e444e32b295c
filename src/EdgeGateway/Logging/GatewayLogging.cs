using EdgeGateway.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace EdgeGateway.Logging;

/// <summary>Where log records go: standard error, one line each. Standard output belongs to what a verb prints.</summary>
internal static class GatewayLogging
{
    /// <summary>Needs <see cref="TimeProvider"/> registered.</summary>
    public static ILoggingBuilder AddGatewayLogging(this ILoggingBuilder logging, GatewayOptions options)
    {
        logging.ClearProviders();
        logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.Services.AddSingleton<ConsoleFormatter>(provider => new LineFormatter(provider.GetRequiredService<TimeProvider>()));
        logging.SetMinimumLevel(options.LogLevel);

        // The framework tells of every request at Information; an operator asked about the gateway, not about it.
        var framework = options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning;
        logging.AddFilter("Microsoft", framework);
        logging.AddFilter("System", framework);
        return logging;
    }
}
