using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>Tools that need nothing but their arguments.</summary>
internal static class PlainTools
{
    public static IReadOnlyList<Tool> All { get; } =
    [
        new("echo", "Says what it is told.", call => Task.FromResult(Wire.Text(call.Text("text")))) { Arguments = [("text", "string")] },
        new("whoami", "Tells which session the call ran on and what headers it carried.", call => Task.FromResult(WhoAmI(call))),
        new("big", "Answers with so many bytes of text.", call => Task.FromResult(Wire.Text(new string('x', call.Number("bytes", 1024)))))
        {
            Arguments = [("bytes", "integer")],
        },
        new("verbatim", "Answers with the raw JSON the test has set.", call => Task.FromResult(call.Upstream.VerbatimResult)),
        new("fail", "A tool error: a result with isError.", _ => Task.FromResult(Wire.Text("the tool failed", isError: true))),
        new("error", "A JSON-RPC error.", _ => throw new McpErrorException(-32050, "an error of the server's own")),
    ];

    private static string WhoAmI(ToolCall call)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in call.Headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            headers[name] = value;
        }

        var answer = new JsonObject { ["session"] = call.OptionalSession?.ShortHash, ["headers"] = headers };
        return Wire.Text(answer.ToJsonString());
    }
}
