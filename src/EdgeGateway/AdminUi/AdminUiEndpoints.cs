using System.Collections.Frozen;
using EdgeGateway.ControlPlane.Http;
using Microsoft.Net.Http.Headers;

namespace EdgeGateway.AdminUi;

/// <summary><c>/admin</c>: the page, open to anybody; what it shows comes from the API and needs a token.</summary>
internal static class AdminUiEndpoints
{
    private const string Index = "index.html";

    private static readonly string[] ReadMethods = ["GET", "HEAD"];

    private static readonly FrozenDictionary<string, Lazy<UiAsset>> Assets = typeof(AdminUiEndpoints).Assembly
        .GetManifestResourceNames()
        .Where(name => name.StartsWith("ui/", StringComparison.Ordinal))
        .Select(name => name["ui/".Length..])
        .ToFrozenDictionary(name => name, name => new Lazy<UiAsset>(() => UiAsset.Load(name)), StringComparer.Ordinal);

    public static void MapAdminUi(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/admin", ReadMethods, static context => SendAsync(context, Assets[Index].Value)).AllowAnonymous();
        foreach (var (name, asset) in Assets)
        {
            if (name != Index)
            {
                routes.MapMethods("/admin/" + name, ReadMethods, context => SendAsync(context, asset.Value)).AllowAnonymous();
            }
        }
    }

    private static async Task SendAsync(HttpContext context, UiAsset asset)
    {
        var (request, response) = (context.Request, context.Response);
        var representation = AcceptsBrotli(request) ? asset.Brotli : asset.Plain;
        UiSecurityHeaders.Add(response.Headers);
        response.Headers.ETag = representation.ETag;
        response.Headers.Vary = "Accept-Encoding";

        // Always asked again, answered 304 while the binary is the same.
        response.Headers.CacheControl = "no-cache";
        if (ETag.IsKnown(request, representation.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = asset.ContentType;
        response.ContentLength = representation.Bytes.Length;
        if (representation == asset.Brotli)
        {
            response.Headers.ContentEncoding = "br";
        }

        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(representation.Bytes, context.RequestAborted);
        }
    }

    private static bool AcceptsBrotli(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.Any(coding => coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && coding.Quality != 0);
}
