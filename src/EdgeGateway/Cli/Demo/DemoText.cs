namespace EdgeGateway.Cli.Demo;

/// <summary>What the demo prints: every line works when pasted.</summary>
internal static class DemoText
{
    private const string EchoCall = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"}}}""";

    public static string Render(string address, string token, string serverId, string upstreamUrl)
    {
        var server = $"{address}/servers/{serverId}";
        var authorization = $"-H 'Authorization: Bearer {token}'";
        const string Json = "-H 'Content-Type: application/json'";
        return $$"""

            Edge Gateway runs at {{address}}, with a sample MCP server behind it ({{upstreamUrl}}) and pooling enabled.

            Console (you are admin):
              {{address}}/admin#token={{token}}

            Call a tool:
              curl -s {{server}}/rpc {{authorization}} {{Json}} -d '{{EchoCall}}'

            Read the pool's stats:
              curl -s {{server}}/pool/stats {{authorization}}

            Change the strategy, live:
              curl -s -X PUT {{server}}/pool/strategy {{authorization}} {{Json}} -d '{"strategy":"least_connections"}'

            MCP clients connect to {{server}}/mcp with the same token. Tools: echo, count (counts per session), slow.
            Ctrl-C ends the demo and removes everything it made.

            """;
    }
}
