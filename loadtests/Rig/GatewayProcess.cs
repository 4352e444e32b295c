using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>The published gateway, in a folder of its own, with pools on, a secret made for this run and an admin's token.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private GatewayProcess(ChildProcess process, Uri url, string token)
    {
        (_process, Url, Token) = (process, url, token);
        Api = new GatewayApi(url, token);
    }

    public Uri Url { get; }

    public string Token { get; }

    public GatewayApi Api { get; }

    public ProcessFigures Figures => new(_process.Id);

    /// <param name="folder">For its data; its own.</param>
    /// <param name="trusted">A certificate it accepts from upstreams; null for the system's only.</param>
    /// <param name="settings">Beside those every gateway here has, as environment variables.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<GatewayProcess> StartAsync(
        string folder, TlsPair? trusted, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(settings)
        {
            ["HOME"] = folder,
            ["EDGE_GATEWAY_DATA"] = Path.Combine(folder, "data"),
            ["JWT_SECRET_KEY"] = RandomNumberGenerator.GetHexString(64),
            ["SESSION_POOL_ENABLED"] = "true",
            ["LOG_FORMAT"] = "line",
            ["DRAIN_TIMEOUT"] = "1", // nobody waits when a run is over
        };
        if (trusted is not null)
        {
            environment["SSL_CERT_FILE"] = trusted.CertificateFile;
        }

        var process = ChildProcess.Start(Binaries.Gateway, ["--port", "0"], environment, folder);
        var line = await process.WhenSaidAsync(line => ListensOn().IsMatch(line), cancellationToken);
        var token = await MintAsync(environment, folder, cancellationToken);
        return new GatewayProcess(process, new Uri(ListensOn().Match(line).Groups["url"].Value), token);
    }

    /// <summary>A server's MCP endpoint.</summary>
    public McpTarget Mcp(string serverId) => new(new Uri(Url, $"/servers/{serverId}/mcp"), Token);

    /// <summary>A server's endpoint for single requests without a session.</summary>
    public McpTarget Rpc(string serverId) => new(new Uri(Url, $"/servers/{serverId}/rpc"), Token);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _process.DisposeAsync();
    }

    private static async Task<string> MintAsync(Dictionary<string, string> environment, string folder, CancellationToken cancellationToken)
    {
        await using var verb = ChildProcess.Start(Binaries.Gateway, ["token", "create", "--sub", "load", "--admin"], environment, folder);
        return (await verb.WhenSaidAsync(line => line.StartsWith("ey", StringComparison.Ordinal), cancellationToken)).Trim();
    }

    [GeneratedRegex(@"listens on (?<url>https?://\S+?),?(\s|$)")]
    private static partial Regex ListensOn();
}
