using System.CommandLine;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway healthcheck</c>: whether the gateway of these settings is ready, for containers and timers. Needs neither token nor data folder.</summary>
internal static class HealthcheckVerb
{
    public static Command Create(Command root, CliContext context)
    {
        var command = new Command("healthcheck", "Exit 0 when the gateway is up and ready, 1 when it is not");
        SettingFlags.AddTo(command, setting => setting.Variable is "HOST" or "PORT" or "TLS_CERT_FILE" or "TLS_KEY_FILE");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Only where it listens is asked for: settings that would keep it from starting again do not make the one that runs ill.
            var report = Boot.Read(parsed, context, root, command);
            if (report.Errors.FirstOrDefault(error => error.StartsWith("HOST ", StringComparison.Ordinal) || error.StartsWith("PORT ", StringComparison.Ordinal)) is { } wrong)
            {
                throw new BootException(ExitCode.BadConfiguration, wrong);
            }

            var options = report.Options;
            var answer = await new GatewayProbe(options, context.Clock).AskAsync(cancellationToken);
            await (answer.IsReady ? context.Output : context.Error).WriteLineAsync($"{GatewayProbe.AddressOf(options)}: {answer.Text}");
            return answer.IsReady ? ExitCode.Ok : ExitCode.Runtime;
        });
        return command;
    }
}
