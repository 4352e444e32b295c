using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Storage;

namespace EdgeGateway.ControlPlane.Health;

/// <summary><c>/health</c>, <c>/health/ready</c> and <c>/version</c>.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] ReadMethods = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health", ReadMethods, static () => TypedResults.Json(new HealthResponse("ok"), WireJson.Relaxed.HealthResponse)).AllowAnonymous();
        routes.MapMethods("/health/ready", ReadMethods, Ready).AllowAnonymous();
        routes.MapGet("/version", static () => TypedResults.Json(VersionResponse.Current, WireJson.Relaxed.VersionResponse)).RequirePermission(Permissions.None);
    }

    /// <summary>One upstream down does not fail it: the others are served.</summary>
    private static IResult Ready(IReadiness readiness, Database database) => readiness.State switch
    {
        ReadinessState.Starting => NotReady("the gateway is starting"),
        ReadinessState.Draining => NotReady("the gateway is draining before its end"),
        _ when !database.IsUsable() => NotReady("the database cannot be used; see the gateway's log"),
        _ => TypedResults.Json(new HealthResponse("ready"), WireJson.Relaxed.HealthResponse),
    };

    private static Problem NotReady(string detail) => Problem.Of(ProblemTypes.NotReady, detail);
}

internal sealed record HealthResponse(string Status);
