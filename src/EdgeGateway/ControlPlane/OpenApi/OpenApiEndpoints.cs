using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Embedded;

namespace EdgeGateway.ControlPlane.OpenApi;

/// <summary><c>GET /openapi.json</c>: the API for programs, as openapi.json beside this file describes it. Tests hold it against the routes and answers.</summary>
internal static class OpenApiEndpoints
{
    private static readonly EmbeddedFile Document = new("openapi.json", "application/json");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/openapi.json", SendAsync).RequirePermission(Permissions.ServersRead);

    private static Task SendAsync(HttpContext context)
    {
        // Always asked again, answered 304 while the binary is the same. Not for caches that others share: it needs a token.
        context.Response.Headers.CacheControl = "private, no-cache";
        return Document.SendAsync(context);
    }
}
