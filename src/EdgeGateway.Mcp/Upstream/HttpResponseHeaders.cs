using System.Net.Http.Headers;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Headers of a response as they were sent, without parsing them.</summary>
internal static class HttpResponseHeaders
{
    public static string? Header(this HttpResponseMessage response, string name) => Raw(response.Headers, name);

    public static string? ContentHeader(this HttpResponseMessage response, string name) => Raw(response.Content.Headers, name);

    /// <summary>Whether the content type is this one, whatever its parameters.</summary>
    public static bool HasContentType(this HttpResponseMessage response, string mediaType) =>
        response.ContentHeader("Content-Type") is { } sent
        && sent.AsSpan(0, sent.IndexOf(';') is var end and >= 0 ? end : sent.Length).Trim()
            .Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private static string? Raw(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
