using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>Three fixed resources and a template; <c>test://counter</c> shows this session's counter.</summary>
internal static class Resources
{
    public static string Read(MethodCall call)
    {
        var uri = Uri(call);
        var content = new JsonObject { ["uri"] = uri };
        switch (uri)
        {
            case "test://counter":
                content["mimeType"] = "text/plain";
                content["text"] = (call.Session?.Counter ?? 0).ToString(CultureInfo.InvariantCulture);
                break;
            case "test://greeting":
                content["mimeType"] = "text/plain";
                content["text"] = "hello";
                break;
            case "test://pixel":
                content["mimeType"] = "application/octet-stream";
                content["blob"] = "AAEC/w==";
                break;
            case { } when uri.StartsWith("test://echo/", StringComparison.Ordinal):
                content["mimeType"] = "text/plain";
                content["text"] = uri["test://echo/".Length..];
                break;
            default:
                throw new McpErrorException(Wire.ResourceNotFound, $"Resource not found: {uri}");
        }

        return new JsonObject { ["contents"] = new JsonArray(content) }.ToJsonString();
    }

    public static string Subscribe(MethodCall call)
    {
        Session(call).Subscriptions[Uri(call)] = true;
        return "{}";
    }

    public static string Unsubscribe(MethodCall call)
    {
        Session(call).Subscriptions.TryRemove(Uri(call), out _);
        return "{}";
    }

    private static Sessions.Session Session(MethodCall call) =>
        call.Session ?? throw new McpErrorException(Wire.MethodNotFound, "subscriptions need a session");

    private static string Uri(MethodCall call) =>
        call.Message.Text("uri") ?? throw new McpErrorException(Wire.InvalidParams, "uri is missing");
}
