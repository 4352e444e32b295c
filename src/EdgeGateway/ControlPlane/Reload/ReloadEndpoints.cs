using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Lifecycle.Reload;

namespace EdgeGateway.ControlPlane.Reload;

/// <summary><c>POST /reload</c>: as SIGHUP, with an answer.</summary>
internal sealed class ReloadEndpoints(Reloader reloader, AuditTrail audit)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/reload", Answering.With(ReloadAsync)).RequirePermission(Permissions.Admin);

    private async Task<IResult> ReloadAsync(HttpContext context)
    {
        var outcome = await reloader.ReloadAsync();
        if (outcome.Errors.Count > 0)
        {
            return Problem.Of(ProblemTypes.SettingsWrong, string.Join(" ", outcome.Errors));
        }

        if (outcome.Changes.Count > 0)
        {
            audit.Note(context.GetPrincipal(), AuditActions.GatewayReload, target: null, Described(outcome.Changes));
        }

        return TypedResults.Json(new ReloadResponse(outcome.Changes, outcome.Warnings), WireJson.Relaxed.ReloadResponse);
    }

    private static JsonObject Described(IReadOnlyList<SettingChange> changes)
    {
        var described = new JsonObject();
        foreach (var change in changes)
        {
            described[change.Name] = change.After;
        }

        return described;
    }
}

/// <param name="Changes">What reads otherwise than before; <c>applied</c> says whether it is in force now or at the next start.</param>
/// <param name="Warnings">One sentence each.</param>
internal sealed record ReloadResponse(IReadOnlyList<SettingChange> Changes, IReadOnlyList<string> Warnings);
