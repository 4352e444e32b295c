using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Tools;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>The lists, in pages. A cursor names the session it was given to and is refused in any other.</summary>
internal static class Lists
{
    public static string Tools(MethodCall call) =>
        Page(call, "tools", [.. ToolTable.For(call.Upstream.Options.Kind).Select(tool => tool.Describe())]);

    public static string Resources(MethodCall call) =>
        Page(call, "resources",
        [
            Resource("test://counter", "counter", "text/plain"),
            Resource("test://greeting", "greeting", "text/plain"),
            Resource("test://pixel", "pixel", "application/octet-stream"),
        ]);

    public static string ResourceTemplates(MethodCall call) =>
        Page(call, "resourceTemplates",
        [
            new JsonObject { ["uriTemplate"] = "test://echo/{text}", ["name"] = "echo", ["mimeType"] = "text/plain" },
        ]);

    public static string Prompts(MethodCall call) =>
        Page(call, "prompts",
        [
            new JsonObject
            {
                ["name"] = "greet",
                ["description"] = "Greets somebody.",
                ["arguments"] = new JsonArray(new JsonObject { ["name"] = "name", ["required"] = true }),
            },
            new JsonObject { ["name"] = "plain", ["description"] = "Takes no arguments." },
        ]);

    private static JsonObject Resource(string uri, string name, string mimeType) =>
        new() { ["uri"] = uri, ["name"] = name, ["mimeType"] = mimeType };

    private static string Page(MethodCall call, string member, IReadOnlyList<JsonObject> items)
    {
        var size = call.Upstream.Options.PageSize is var wanted and > 0 ? wanted : int.MaxValue;
        var start = Start(call);
        var page = new JsonArray([.. items.Skip(start).Take(size)]);
        var result = new JsonObject { [member] = page };
        if (start + (long)size < items.Count)
        {
            result["nextCursor"] = $"{Owner(call)}:{start + size}";
        }

        return result.ToJsonString();
    }

    private static int Start(MethodCall call)
    {
        if (call.Message.Text("cursor") is not { } cursor)
        {
            return 0;
        }

        var parts = cursor.Split(':');
        return parts.Length == 2 && parts[0] == Owner(call) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var start)
            ? start
            : throw new McpErrorException(Wire.InvalidParams, "Invalid cursor: it was not given to this session");
    }

    private static string Owner(MethodCall call) => call.Session?.ShortHash ?? "anybody";
}
