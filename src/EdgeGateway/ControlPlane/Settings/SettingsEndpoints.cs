using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeGateway.ControlPlane.Settings;

/// <summary><c>GET /settings</c>: what holds and where it comes from.</summary>
internal sealed class SettingsEndpoints(LiveSettings settings, Database database)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/settings", Answering.With(Show)).RequirePermission(Permissions.Admin);

    private JsonHttpResult<SettingsResponse> Show() => TypedResults.Json(
        new SettingsResponse(
            [.. settings.Current.Settings.Select(SettingResponse.Of)],
            new DatabaseResponse(database.Location, database.SizeBytes(), database.SchemaVersion(), database.IsUsable())),
        WireJson.Relaxed.SettingsResponse);
}
