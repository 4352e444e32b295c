using System.Diagnostics;
using System.Text.Json;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>A refusal as problem+json (RFC 9457).</summary>
internal static class AuthProblem
{
    public static async Task WriteAsync(HttpContext context, int status, string slug, string title, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("type", "/problems/" + slug);
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("trace_id", Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
            json.WriteEndObject();
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
