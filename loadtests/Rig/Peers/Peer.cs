using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Rig.Peers;

/// <summary>Another MCP gateway, of npm.</summary>
/// <param name="Package">Its name there.</param>
/// <param name="Program">What is run, inside the package.</param>
/// <param name="Mode">How it serves sessions, as it is set up here: for the report.</param>
/// <param name="Arguments">Made of the port it has to listen on, what is behind it, and a folder of its own.</param>
/// <param name="Environment">The same, as variables.</param>
/// <param name="Path">Where its clients come.</param>
internal sealed record Peer(
    string Package,
    string Program,
    string Mode,
    Func<PeerSetting, IEnumerable<string>> Arguments,
    Func<PeerSetting, Dictionary<string, string>>? Environment = null,
    string Path = "/mcp")
{
    /// <summary>Whether its clients have no session.</summary>
    public bool IsStateless { get; private init; }

    /// <summary>Whether its clients have to speak HTTP+SSE.</summary>
    public bool SpeaksSse { get; private init; }

    public static Peer McpProxy { get; } = new(
        "mcp-proxy",
        "dist/bin/mcp-proxy.mjs",
        "sessions; one server process for all of them",
        setting => ["--host", "127.0.0.1", "--port", $"{setting.Port}", "--server", "stream", "--", Binaries.MockUpstream, "--stdio"]);

    public static Peer McpProxyStateless { get; } = McpProxy with
    {
        IsStateless = true,
        Mode = "--stateless",
        Arguments = setting => ["--host", "127.0.0.1", "--port", $"{setting.Port}", "--server", "stream", "--stateless", "--", Binaries.MockUpstream, "--stdio"],
    };

    public static Peer Supergateway { get; } = new(
        "supergateway",
        "dist/index.js",
        "--stateful: a server process for each session",
        setting => ["--stdio", $"{Binaries.MockUpstream} --stdio", "--outputTransport", "streamableHttp", "--stateful", "--port", $"{setting.Port}", "--logLevel", "none"]);

    public static Peer SupergatewayStateless { get; } = Supergateway with
    {
        IsStateless = true,
        Mode = "stateless, its default: a server process for each request",
        Arguments = setting => ["--stdio", $"{Binaries.MockUpstream} --stdio", "--outputTransport", "streamableHttp", "--port", $"{setting.Port}", "--logLevel", "none"],
    };

    public static Peer Passthrough { get; } = new(
        "@civic/passthrough-mcp-server",
        "dist/cli.js",
        "sessions; an upstream session for each",
        _ => [],
        setting => new()
        {
            ["PORT"] = $"{setting.Port}",
            ["TARGET_SERVER_URL"] = new Uri(setting.Upstream!.Url, "/").ToString().TrimEnd('/'),
            ["TARGET_SERVER_TRANSPORT"] = "httpStream",
        });

    public static Peer McpHub { get; } = new(
        "mcp-hub",
        "dist/cli.js",
        "HTTP+SSE towards clients, all it has; one upstream session for all",
        setting =>
        {
            var file = System.IO.Path.Combine(setting.Folder, "mcp.json");
            File.WriteAllText(file, $$"""{"mcpServers":{"mock":{"url":"{{setting.Upstream!.Url}}"} } }""");
            return ["--port", $"{setting.Port}", "--config", file];
        })
    {
        SpeaksSse = true,
    };
}

/// <summary>Where a peer runs.</summary>
/// <param name="Upstream">Behind it; null for one that starts its server itself.</param>
internal sealed record PeerSetting(int Port, McpTarget? Upstream, string Folder);
