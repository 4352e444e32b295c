namespace EdgeGateway.Cli.Demo;

/// <summary>What the demo prints: the lines work when pasted in order into a second terminal.</summary>
internal static class DemoText
{
    private const string EchoCall = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}""";

    public static string Render(string address, string link, string token, string serverId, string upstreamUrl) =>
        $$"""

        Edge Gateway runs at {{address}}, with a sample MCP server behind it ({{upstreamUrl}}) and pooling enabled.

        Console (you are admin; the link works once, for 30 minutes, and the token below works there too):
          {{link}}

        Paste into a second terminal:
          export TOKEN={{token}}
          export SERVER={{address}}/servers/{{serverId}}

        Call a tool:
          curl -s "$SERVER/rpc" -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{{EchoCall}}'

        Read the pool's stats:
          curl -s "$SERVER/pool/stats" -H "Authorization: Bearer $TOKEN"

        Change the strategy, live:
          curl -s -X PUT "$SERVER/pool/strategy" -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{"strategy":"least_connections"}'

        MCP clients connect to {{address}}/servers/{{serverId}}/mcp with the same token. Tools: echo, count (counts per session), slow.
        Ctrl-C ends the demo and removes everything it made.

        """;
}
