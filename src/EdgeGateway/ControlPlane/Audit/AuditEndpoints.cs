using System.Globalization;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Audit;

/// <summary><c>GET /audit</c>: who changed what, newest first.</summary>
internal sealed class AuditEndpoints(IAuditStore store)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/audit", Answering.With(List)).RequirePermission(Permissions.Admin);

    private IResult List(HttpContext context)
    {
        var errors = new ValidationErrors();
        var most = Paging.Limit(context.Query("limit"), errors);
        var before = Paging.Number(context.Query("after"), errors);
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var (entries, next) = store.List(before, most);
        return TypedResults.Json(new AuditPage(entries, next?.ToString(CultureInfo.InvariantCulture)), WireJson.Relaxed.AuditPage);
    }
}

internal sealed record AuditPage(IReadOnlyList<AuditItem> Items, string? Next);
