using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Reload;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Logging;

/// <summary>Where log records go: standard error, one line each. Standard output belongs to what a verb prints.</summary>
internal static class GatewayLogging
{
    /// <summary>Needs <see cref="TimeProvider"/> and <see cref="LiveSettings"/> registered.</summary>
    public static ILoggingBuilder AddGatewayLogging(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.Services.AddSingleton<ConsoleFormatter>(provider => new LineFormatter(provider.GetRequiredService<TimeProvider>()));
        logging.Services.AddSingleton<LogLevels>()
            .AddSingleton<IConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>())
            .AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>())
            .AddSingleton<IReloadable>(provider => provider.GetRequiredService<LogLevels>());
        return logging;
    }
}
