using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>A client of revision 2026-07-28 that sends exactly what a test says beside what every request must carry.</summary>
internal sealed class ModernClient(RawClient raw, string capabilities = "{}") : IDisposable
{
    private const string Version = "2026-07-28";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The id of the last request; the next has the next number.</summary>
    public int LastId { get; set; }

    public string Meta { get; init; } =
        $$$"""{"io.modelcontextprotocol/protocolVersion":"{{{Version}}}","io.modelcontextprotocol/clientInfo":{"name":"modern","version":"1"},"io.modelcontextprotocol/clientCapabilities":{{{capabilities}}}}""";

    /// <summary>Sends a request and returns the answer as it came.</summary>
    /// <param name="method">Also the header.</param>
    /// <param name="parameters">Members of params beside _meta, raw.</param>
    /// <param name="name">The header Mcp-Name, where the method has one.</param>
    /// <param name="meta">Further members of _meta, raw.</param>
    /// <param name="headers">Beside, or instead of, the usual ones.</param>
    public Task<HttpResponseMessage> SendAsync(string method, string parameters = "", string? name = null, string meta = "", params (string Name, string Value)[] headers)
    {
        var id = ++LastId;
        var body = $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{"_meta":{{Meta[..^1]}}{{(meta.Length > 0 ? "," + meta : "")}} }{{(parameters.Length > 0 ? "," + parameters : "")}} } }""";
        (string Name, string Value)[] usual = [("MCP-Protocol-Version", Version), ("Mcp-Method", method), .. name is null ? [] : new[] { ("Mcp-Name", name) }];
        return raw.PostAsync(body, [.. usual.Where(header => !Array.Exists(headers, other => other.Name == header.Name)), .. headers.Where(header => header.Value.Length > 0)]);
    }

    public async Task<(int Status, JsonNode Answer)> AskAsync(string method, string parameters = "", string? name = null, string meta = "", params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(method, parameters, name, meta, headers);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        var data = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? Events(text)[^1] : text;
        return ((int)response.StatusCode, JsonNode.Parse(data)!);
    }

    public async Task<JsonNode> CallAsync(string tool, string arguments = "{}", string more = "") =>
        (await AskAsync("tools/call", $$"""
            "name":"{{tool}}","arguments":{{arguments}}{{(more.Length > 0 ? "," + more : "")}}
            """, tool)).Answer;

    public static string[] Events(string text) =>
        [.. text.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].Trim())];

    public void Dispose() => raw.Dispose();
}
