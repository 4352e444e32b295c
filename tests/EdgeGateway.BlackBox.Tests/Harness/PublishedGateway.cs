using System.Text.RegularExpressions;
using EdgeGateway.Tests.Upstreams;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>A running gateway, an admin token for it, and its REST interface.</summary>
internal sealed partial class PublishedGateway : IAsyncDisposable
{
    private PublishedGateway(Workspace workspace, GatewayProcess process, Uri url, string token)
    {
        (Workspace, Process, Url, Token) = (workspace, process, url, token);
        Api = new GatewayApi(url, token);
    }

    public Workspace Workspace { get; }

    public GatewayProcess Process { get; }

    public Uri Url { get; }

    public string Token { get; }

    public GatewayApi Api { get; }

    /// <summary>Starts it on a free port and returns when it says that it listens.</summary>
    public static async Task<PublishedGateway> StartAsync(Workspace workspace, CancellationToken cancellationToken, params string[] arguments)
    {
        var process = GatewayProcess.Start(workspace, [.. arguments, "--port", "0"]);
        try
        {
            var line = await process.WhenSaidAsync(line => ListensOn().IsMatch(line), cancellationToken);
            var url = new Uri(ListensOn().Match(line).Groups["url"].Value);
            return new PublishedGateway(workspace, process, url, await MintAsync(workspace, cancellationToken));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A token as an operator makes one: with the binary, in a shell of the same machine.</summary>
    public static async Task<string> MintAsync(Workspace workspace, CancellationToken cancellationToken, string subject = "operator", bool admin = true)
    {
        string[] arguments = ["token", "create", "--sub", subject, .. admin ? (string[])["--admin"] : []];
        var (exitCode, output, text) = await GatewayProcess.RunAsync(workspace, arguments, cancellationToken);
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"token create ended with {exitCode}:\n{text}");
    }

    public McpTarget Target(string serverId, Dialect dialect) => McpTarget.WithToken(new Uri(Url, $"/servers/{serverId}/mcp"), dialect, Token);

    /// <summary>SIGTERM; the exit code.</summary>
    public Task<int> StopAsync(CancellationToken cancellationToken)
    {
        Process.Signal(GatewayProcess.Term);
        return Process.EndAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Api.Dispose();
        return Process.DisposeAsync();
    }

    [GeneratedRegex(@"listens on (?<url>https?://\S+?),?(\s|$)")]
    private static partial Regex ListensOn();
}
