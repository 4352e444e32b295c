using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>Error codes of JSON-RPC 2.0 and MCP, and the one way error bodies are written.</summary>
public static class JsonRpcError
{
    /// <summary>Not JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>Not a JSON-RPC message.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>Unknown method.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>Wrong params.</summary>
    public const int InvalidParams = -32602;

    /// <summary>The upstream failed.</summary>
    public const int InternalError = -32603;

    /// <summary>The gateway has no session to run this on; also, as legacy SDKs use it, an unusable session or request.</summary>
    public const int ServerError = -32000;

    // The body is application/json, never HTML: an apostrophe may stay one.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes <c>{"jsonrpc":"2.0","id":…,"error":{"code":…,"message":…,"data":{"reason":…}}}</c>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">The request's raw id; empty writes null.</param>
    /// <param name="code">The code.</param>
    /// <param name="message">A sentence for people that says what to do.</param>
    /// <param name="reason">For programs; null leaves <c>data</c> out.</param>
    /// <param name="data">Raw JSON to stand as <c>data</c> instead of the reason; empty for none.</param>
    public static void Write(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> id,
        int code,
        string message,
        string? reason = null,
        ReadOnlySpan<byte> data = default)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WritePropertyName("id"u8);
        json.WriteRawValue(id.IsEmpty ? "null"u8 : id, skipInputValidation: true);
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("message"u8, message);
        if (!data.IsEmpty)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(data, skipInputValidation: true);
        }
        else if (reason is not null)
        {
            json.WriteStartObject("data"u8);
            json.WriteString("reason"u8, reason);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
