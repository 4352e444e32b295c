using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeGateway.Cli.Connect;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway connect SERVER</c>: a stdio MCP server whose other side is a server of a gateway. Standard output carries the protocol and nothing else.</summary>
internal static class ConnectVerb
{
    private const string TokenVariable = "EDGE_GATEWAY_TOKEN";

    private const string DefaultUrl = "http://127.0.0.1:4444";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public static Command Create(CliContext context)
    {
        var server = new Argument<string>("SERVER") { Description = "The server's id or name, or the whole URL of its MCP endpoint", Arity = ArgumentArity.ExactlyOne };
        var url = new Option<string>("--url") { HelpName = "URL", Description = $"Where the gateway is [default: {DefaultUrl}]" };
        var token = new Option<string>("--token") { HelpName = "TOKEN", Description = $"Token for the gateway; as a flag it shows in the process list [env: {TokenVariable}]" };
        var command = new Command("connect", "Be a stdio MCP server: pass messages between standard input and output and a server of the gateway") { server, url, token };

        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
            using var http = new HttpMessageInvoker(UpstreamHttpHandler.Create(caCertificatePem: null, ConnectTimeout));
            using var transport = new HandlerTransport(http);
            var authorization = Authorization(parsed.GetValue(token) ?? context.Environment.GetValueOrDefault(TokenVariable));
            var endpoint = await new ServerLookup(http, parsed.GetValue(url) ?? DefaultUrl, authorization).FindAsync(parsed.GetRequiredValue(server), stop.Token);

            var connector = new StreamableHttpConnector(transport, endpoint, authorization, context.Clock);
            await using var bridge = new Bridge(connector, new LineWriter(context.OpenOutput()), context.Error, context.Clock);
            await bridge.RunAsync(context.OpenInput(), stop.Token);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        // The session is ended first; then the process ends by itself.
        signal.Cancel = true;
        stop.Cancel();
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Authorization(string? token) =>
        string.IsNullOrWhiteSpace(token) ? []
        : token.Trim() is var text && text.Any(char.IsControl) ? throw new BootException(ExitCode.BadConfiguration, "The token contains a line break; pass it as edge-gateway token create prints it.")
        : [new("Authorization", $"Bearer {text}")];
}
