using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>
/// Tools that ask the client something while they run and answer with what came back. With <c>via: "get"</c> they ask on the GET
/// stream; with <c>force</c> they ask even a client that did not declare the capability; with <c>wait</c> they stand at the gate before they tell.
/// </summary>
internal static class AskTools
{
    public static IReadOnlyList<Tool> All { get; } =
    [
        Ask("ask_sampling", "sampling", "sampling/createMessage", call =>
            $$$"""{"messages":[{"role":"user","content":{"type":"text","text":{{{Wire.Quote(call.Text("text", "Say something."))}}}}}],"maxTokens":64}"""),
        Ask("ask_elicitation", "elicitation", "elicitation/create", call =>
            $$$"""{"message":{{{Wire.Quote(call.Text("text", "Your name?"))}}},"requestedSchema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}"""),
        Ask("ask_roots", "roots", "roots/list", _ => "{}"),
        Ask("ask_ping", "", "ping", _ => "{}"),
    ];

    private static Tool Ask(string name, string capability, string method, Func<ToolCall, string> rawParams) =>
        new(name, $"Sends {method} to the client and tells what it answered.", call => AskAsync(call, capability, method, rawParams(call)))
        {
            Streams = true,
            NeedsSession = true,
            Arguments = [("text", "string"), ("via", "string"), ("force", "boolean"), ("wait", "boolean")],
        };

    private static async Task<string> AskAsync(ToolCall call, string capability, string method, string rawParams)
    {
        if (capability.Length > 0 && !call.Session.Declares(capability) && !call.Flag("force"))
        {
            return Wire.Text($"the client did not declare {capability}", isError: true);
        }

        var stream = call.Text("via") == "get" ? call.Session.Standalone : call.Stream;
        var response = await call.Session.AskAsync(stream, method, rawParams, call.Cancelled);
        if (call.Flag("wait"))
        {
            await call.Upstream.Gate.PassAsync(call.Cancelled);
        }

        return response.TryGetProperty("result", out var result)
            ? Wire.Text(result.GetRawText())
            : Wire.Text(response.GetProperty("error").GetRawText(), isError: true);
    }
}
