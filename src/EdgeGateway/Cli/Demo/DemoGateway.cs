using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli.Demo;

/// <summary>Sets up what the setup guide describes, by the same calls a user makes, and runs until Ctrl-C.</summary>
internal static class DemoGateway
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(12);

    /// <param name="options">As read; the data folder is the demo's own.</param>
    /// <param name="context">The world.</param>
    /// <param name="cancellationToken">Ends the demo.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(GatewayOptions options, CliContext context, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("edge-gateway-demo-");
        try
        {
            var complete = FirstRun.Complete(options, folder.FullName);
            await using var upstream = await SampleUpstream.StartAsync(context.Clock, cancellationToken);
            await using var app = GatewayHost.Build(complete, context.Clock);
            await app.StartAsync(cancellationToken);

            var address = ServeVerb.Address(app, complete);
            var token = new TokenMinter(complete, context.Clock).Mint(new TokenRequest("admin", TokenLifetime) { Admin = true });
            using var client = new DemoClient(address, token);
            var serverId = await client.RegisterAsync(upstream.Url, cancellationToken);
            await client.EnablePoolAsync(serverId, cancellationToken);
            await context.Output.WriteAsync(DemoText.Render(address, ServeVerb.SignInLink(app, address), token, serverId, upstream.Url));
            await context.Output.FlushAsync(cancellationToken);

            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Ok;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
