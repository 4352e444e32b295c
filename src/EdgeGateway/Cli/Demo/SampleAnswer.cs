using System.Text.Json;

namespace EdgeGateway.Cli.Demo;

/// <summary>JSON-RPC answers of the sample server.</summary>
internal static class SampleAnswer
{
    /// <param name="result">JSON.</param>
    public static Task ResultAsync(HttpContext context, JsonElement id, string result) => WriteAsync(context, id, json =>
    {
        json.WritePropertyName("result");
        json.WriteRawValue(result);
    });

    /// <summary>A tool's answer of one text.</summary>
    public static Task TextAsync(HttpContext context, JsonElement id, string text) => WriteAsync(context, id, json =>
    {
        json.WriteStartObject("result");
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static Task ErrorAsync(HttpContext context, JsonElement id, int code, string message) => WriteAsync(context, id, json =>
    {
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    private static async Task WriteAsync(HttpContext context, JsonElement id, Action<Utf8JsonWriter> outcome)
    {
        context.Response.ContentType = "application/json";
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WritePropertyName("id");
            id.WriteTo(json);
            outcome(json);
            json.WriteEndObject();
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
