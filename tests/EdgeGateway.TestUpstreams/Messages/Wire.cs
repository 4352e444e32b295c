using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeGateway.TestUpstreams.Messages;

/// <summary>JSON-RPC messages as text. Raw parts are spliced in, never re-encoded.</summary>
internal static class Wire
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;
    public const int ResourceNotFound = -32002;

    public static string Result(string rawId, string rawResult) => $$"""{"jsonrpc":"2.0","id":{{rawId}},"result":{{rawResult}}}""";

    public static string Error(string? rawId, int code, string message) =>
        $$$"""{"jsonrpc":"2.0","id":{{{rawId ?? "null"}}},"error":{"code":{{{code}}},"message":{{{Quote(message)}}}}}""";

    public static string Request(string rawId, string method, string rawParams) =>
        $$"""{"jsonrpc":"2.0","id":{{rawId}},"method":{{Quote(method)}},"params":{{rawParams}}}""";

    public static string Notification(string method, string rawParams) =>
        $$"""{"jsonrpc":"2.0","method":{{Quote(method)}},"params":{{rawParams}}}""";

    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    /// <summary>A tool result with one text.</summary>
    public static string Text(string text, bool isError = false)
    {
        var result = new JsonObject { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }) };
        if (isError)
        {
            result["isError"] = true;
        }

        return result.ToJsonString();
    }
}
