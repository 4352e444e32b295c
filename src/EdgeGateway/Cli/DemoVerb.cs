using System.CommandLine;
using EdgeGateway.Cli.Demo;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway demo</c>: the gateway, a sample MCP server and an enabled pool, to try in a minute.</summary>
internal static class DemoVerb
{
    public static Command Create(CliContext context)
    {
        var command = new Command("demo", "Run the gateway with a sample MCP server and an enabled pool; leaves nothing behind");
        SettingFlags.AddTo(command, setting => setting.Variable is "PORT" or "LOG_LEVEL");
        command.SetAction((parsed, cancellationToken) =>
        {
            OpenSsl.Require();
            // The user's own settings and .env stay out of it: the demo is the same everywhere.
            var flags = new Dictionary<string, string>(SettingFlags.Collect(parsed, command)) { ["SESSION_POOL_ENABLED"] = "true" };
            var report = SettingsReader.Read(flags, new Dictionary<string, string>(), dotEnv: null);
            return report.ErrorText is { } wrong
                ? throw new BootException(ExitCode.BadConfiguration, wrong)
                : DemoGateway.RunAsync(report.Options, context, cancellationToken);
        });
        return command;
    }
}
