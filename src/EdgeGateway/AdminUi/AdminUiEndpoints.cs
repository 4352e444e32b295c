using EdgeGateway.Embedded;

namespace EdgeGateway.AdminUi;

/// <summary><c>/admin</c>: the page, open to anybody; what it shows comes from the API and needs a token.</summary>
internal static class AdminUiEndpoints
{
    /// <summary>What the build embedded of embedded-ui.</summary>
    private const string Folder = "ui/";

    private static readonly string[] ReadMethods = ["GET", "HEAD"];

    public static void MapAdminUi(this IEndpointRouteBuilder routes)
    {
        foreach (var resource in typeof(AdminUiEndpoints).Assembly.GetManifestResourceNames())
        {
            if (resource.StartsWith(Folder, StringComparison.Ordinal))
            {
                var name = resource[Folder.Length..];
                var file = new EmbeddedFile(resource, ContentTypeOf(name));
                routes.MapMethods(name == "index.html" ? "/admin" : "/admin/" + name, ReadMethods, context => SendAsync(context, file)).AllowAnonymous();
            }
        }
    }

    private static Task SendAsync(HttpContext context, EmbeddedFile file)
    {
        UiSecurityHeaders.Add(context.Response.Headers);

        // Always asked again, answered 304 while the binary is the same.
        context.Response.Headers.CacheControl = "no-cache";
        return file.SendAsync(context);
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"No content type is known for {other}: add it here."),
    };
}
