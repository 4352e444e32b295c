using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeGateway.ControlPlane.Settings;

/// <summary><c>GET /settings</c>: what holds and where it comes from.</summary>
internal static class SettingsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/settings", Show).RequirePermission(Permissions.Admin);

    private static JsonHttpResult<SettingsResponse> Show(LiveSettings settings, Database database) => TypedResults.Json(
        new SettingsResponse(
            [.. settings.Current.Settings.Select(SettingResponse.Of)],
            new DatabaseResponse(database.Location, database.SizeBytes(), database.SchemaVersion(), database.IsUsable())),
        WireJson.Relaxed.SettingsResponse);
}
