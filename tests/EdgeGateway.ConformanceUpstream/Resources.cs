using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace EdgeGateway.ConformanceUpstream;

/// <summary>The resources the suite reads.</summary>
internal static class Resources
{
    private const string TemplateStart = "test://template/";
    private const string TemplateEnd = "/data";

    public static ListResourcesResult List() => Wire.Read<ListResourcesResult>("""
        {"resources":[
          {"uri":"test://static-text","name":"static-text","description":"Text","mimeType":"text/plain"},
          {"uri":"test://static-binary","name":"static-binary","description":"An image","mimeType":"image/png"},
          {"uri":"test://watched-resource","name":"watched-resource","description":"To subscribe to","mimeType":"text/plain"}]}
        """);

    public static ListResourceTemplatesResult Templates() => Wire.Read<ListResourceTemplatesResult>(
        """{"resourceTemplates":[{"uriTemplate":"test://template/{id}/data","name":"template","description":"By id","mimeType":"application/json"}]}""");

    public static ReadResourceResult Read(string uri) => uri switch
    {
        "test://static-text" => Contents(uri, "text/plain", "\"text\":\"This is the content of the static text resource.\""),
        "test://static-binary" => Contents(uri, "image/png", $"\"blob\":\"{Wire.Png}\""),
        "test://watched-resource" => Contents(uri, "text/plain", "\"text\":\"Watched resource content\""),
        _ when uri.StartsWith(TemplateStart, StringComparison.Ordinal) && uri.EndsWith(TemplateEnd, StringComparison.Ordinal) => OfTemplate(uri),
        _ => throw new McpProtocolException("Resource not found", McpErrorCode.ResourceNotFound),
    };

    private static ReadResourceResult OfTemplate(string uri)
    {
        var id = uri[TemplateStart.Length..^TemplateEnd.Length];
        return Contents(uri, "application/json", $$"""
            "text":"{\"id\":\"{{id}}\",\"templateTest\":true,\"data\":\"Data for ID: {{id}}\"}"
            """);
    }

    private static ReadResourceResult Contents(string uri, string mimeType, string content) =>
        Wire.Read<ReadResourceResult>($$"""{"contents":[{"uri":"{{uri}}","mimeType":"{{mimeType}}",{{content}}}]}""");
}
