using System.Security.Cryptography;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.DataPath.Authenticate;

namespace EdgeGateway.ControlPlane.OpenApi;

/// <summary><c>GET /openapi.json</c>: the API for programs, as openapi.json beside this file describes it. Tests hold it against the routes and answers.</summary>
internal static class OpenApiEndpoints
{
    private const string ResourceName = "openapi.json";

    // Read at the first request, so that the start does not pay for it.
    private static readonly Lazy<(byte[] Bytes, string ETag)> Document = new(Load);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/openapi.json", SendAsync).RequirePermission(Permissions.ServersRead);

    private static async Task SendAsync(HttpContext context)
    {
        var (bytes, etag) = Document.Value;
        var response = context.Response;
        response.Headers.ETag = etag;

        // Always asked again, answered 304 while the binary is the same. Not for caches that others share: it needs a token.
        response.Headers.CacheControl = "private, no-cache";
        if (ETag.IsKnown(context.Request, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static (byte[] Bytes, string ETag) Load()
    {
        using var resource = typeof(OpenApiEndpoints).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The build embedded no {ResourceName}.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"");
    }
}
