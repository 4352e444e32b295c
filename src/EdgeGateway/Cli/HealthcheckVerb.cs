using System.CommandLine;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway healthcheck</c>: whether the gateway of these settings is ready, for containers and timers. Needs neither token nor data folder.</summary>
internal static class HealthcheckVerb
{
    public static Command Create(Command root, CliContext context)
    {
        var command = new Command("healthcheck", "Exit 0 when the gateway is up and ready, 1 when it is not");
        SettingFlags.AddTo(command, setting => setting.Variable is "HOST" or "PORT");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = GatewayProbe.AddressOf(Boot.ReadValid(parsed, context, root, command).Options);
            var answer = await new GatewayProbe(address, context.Clock).AskAsync(cancellationToken);
            await (answer.IsReady ? context.Output : context.Error).WriteLineAsync($"{address}: {answer.Text}");
            return answer.IsReady ? ExitCode.Ok : ExitCode.Runtime;
        });
        return command;
    }
}
