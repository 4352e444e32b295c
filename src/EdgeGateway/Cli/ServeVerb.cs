using System.CommandLine;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Lifecycle;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway [serve]</c>: runs the gateway until a signal.</summary>
internal static class ServeVerb
{
    public static Command Create(Command root, CliContext context)
    {
        var command = new Command("serve", "Run the gateway (the default verb)");
        Configure(command, root, context);
        return command;
    }

    /// <summary>Makes <paramref name="command"/> serve: the verb itself, and the root for those who type none.</summary>
    public static void Configure(Command command, Command root, CliContext context)
    {
        SettingFlags.AddTo(command, _ => true);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(Boot.Prepare(parsed, context, root, command), () => Boot.Read(parsed, context, root, command), context, cancellationToken));
    }

    private static async Task<int> RunAsync(
        (GatewayOptions Options, IReadOnlyList<string> Warnings) boot, Func<SettingsReport> reread, CliContext context, CancellationToken cancellationToken)
    {
        await using var app = GatewayHost.Build(boot.Options, context.Clock, Supervisor.Of(context.Environment, Environment.ProcessId), reread);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeGateway.Lifecycle.Serve");
        foreach (var warning in boot.Warnings)
        {
            LifecycleLog.SettingWarning(log, warning);
        }
        await app.StartAsync(cancellationToken);
        if (context.IsTerminal)
        {
            await context.Error.WriteLineAsync(Banner.Of(app, boot.Options));
        }
        else
        {
            LifecycleLog.Listening(log, BuildInfo.Version, Address(app, boot.Options), boot.Options.DataFolder);
        }
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Ok;
    }

    /// <summary>Opens the admin page signed in. What stands behind # stays in the browser: no server, proxy or log sees it.</summary>
    public static string SignInLink(WebApplication app, string address) =>
        $"{address}/admin#token={app.Services.GetRequiredService<PageSessions>().NewLink()}";

    /// <summary>With the port really taken, where PORT is 0.</summary>
    public static string Address(WebApplication app, GatewayOptions options)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return ListenAddress.UrlOf(options, bound is null ? options.Port : BindingPort(bound));
    }

    private static int BindingPort(string address) => int.Parse(address.AsSpan(address.LastIndexOf(':') + 1).TrimEnd('/'));
}
