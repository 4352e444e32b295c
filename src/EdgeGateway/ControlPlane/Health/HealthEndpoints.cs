using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Lifecycle;
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
    private static IResult Ready(ReadyState process, Database database)
    {
        if (!process.IsReady)
        {
            return NotReady(process.IsDraining ? "the gateway is draining before its end" : "the gateway is starting");
        }

        return database.IsUsable()
            ? TypedResults.Json(new HealthResponse("ready"), WireJson.Relaxed.HealthResponse)
            : NotReady("the database cannot be used; see the gateway's log");
    }

    private static Problem NotReady(string detail) => Problem.Of(ProblemTypes.NotReady, detail);
}

internal sealed record HealthResponse(string Status);
