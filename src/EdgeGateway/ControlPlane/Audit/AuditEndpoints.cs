using System.Globalization;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Audit;

/// <summary><c>GET /audit</c>: who changed what, newest first.</summary>
internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/audit", List).RequirePermission(Permissions.Admin);

    private static IResult List(IAuditStore store, string? limit, string? after)
    {
        var errors = new ValidationErrors();
        var most = Paging.Limit(limit, errors);
        var before = Paging.Number(after, errors);
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var (entries, next) = store.List(before, most);
        return TypedResults.Json(new AuditPage(entries, next?.ToString(CultureInfo.InvariantCulture)), WireJson.Relaxed.AuditPage);
    }
}

internal sealed record AuditPage(IReadOnlyList<AuditItem> Items, string? Next);
