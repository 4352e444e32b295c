using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>The session remembers the level; the <c>log</c> tool honours it.</summary>
internal static class Logging
{
    public static string SetLevel(MethodCall call)
    {
        var session = call.Session ?? throw new McpErrorException(Wire.MethodNotFound, "log levels need a session");
        session.LogLevel = call.Message.Text("level") is
            "debug" or "info" or "notice" or "warning" or "error" or "critical" or "alert" or "emergency"
            ? call.Message.Text("level")!
            : throw new McpErrorException(Wire.InvalidParams, "level is none of the eight");
        return "{}";
    }
}
