using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>Two prompts, and completion for the argument of one.</summary>
internal static class Prompts
{
    private static readonly string[] Names = ["Ada", "Alan", "Grace"];

    public static string Get(MethodCall call) => call.Message.Text("name") switch
    {
        "greet" => Message($"Please greet {Argument(call, "name") ?? throw new McpErrorException(Wire.InvalidParams, "name is missing")}."),
        "plain" => Message("A prompt without arguments."),
        var name => throw new McpErrorException(Wire.InvalidParams, $"Unknown prompt: {name}"),
    };

    public static string Complete(MethodCall call)
    {
        var typed = call.Message.Params.TryGetProperty("argument", out var argument) && argument.TryGetProperty("value", out var value)
            ? value.GetString() ?? ""
            : throw new McpErrorException(Wire.InvalidParams, "argument is missing");
        var values = new JsonArray([.. Names.Where(name => name.StartsWith(typed, StringComparison.Ordinal)).Select(name => (JsonNode)name)]);
        return new JsonObject
        {
            ["completion"] = new JsonObject { ["values"] = values, ["total"] = values.Count, ["hasMore"] = false },
        }.ToJsonString();
    }

    private static string? Argument(MethodCall call, string name) =>
        call.Message.Params.TryGetProperty("arguments", out var arguments)
        && arguments.ValueKind == JsonValueKind.Object
        && arguments.TryGetProperty(name, out var value)
            ? value.GetString()
            : null;

    private static string Message(string text) => new JsonObject
    {
        ["messages"] = new JsonArray(new JsonObject
        {
            ["role"] = "user",
            ["content"] = new JsonObject { ["type"] = "text", ["text"] = text },
        }),
    }.ToJsonString();
}
