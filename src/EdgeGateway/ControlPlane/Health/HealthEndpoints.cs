using System.Text.Json.Serialization;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Lifecycle;
using EdgeGateway.Lifecycle.Reload;
using EdgeGateway.Storage;

namespace EdgeGateway.ControlPlane.Health;

/// <summary><c>/health</c>, <c>/health/ready</c> and <c>/version</c>.</summary>
internal sealed class HealthEndpoints(ReadyState process, Database database, Reloader reloader, JwtGate gate)
{
    private static readonly string[] ReadMethods = ["GET", "HEAD"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health", ReadMethods, Answering.With(static () => TypedResults.Json(new HealthResponse("ok"), WireJson.Relaxed.HealthResponse))).AllowAnonymous();
        routes.MapMethods("/health/ready", ReadMethods, Answering.With(ReadyAsync)).AllowAnonymous();
        routes.MapGet("/version", Answering.With(static () => TypedResults.Json(VersionResponse.Current, WireJson.Relaxed.VersionResponse))).RequirePermission(Permissions.None);
    }

    /// <summary>One upstream down does not fail it: the others are served.</summary>
    private async Task<IResult> ReadyAsync(HttpContext context)
    {
        if (!process.IsReady)
        {
            return NotReady(process.IsDraining ? "the gateway is draining before its end" : "the gateway is starting");
        }

        return database.IsUsable()
            ? TypedResults.Json(new HealthResponse("ready") { FailedReload = await FailureForAdminsAsync(context) }, WireJson.Relaxed.HealthResponse)
            : NotReady("the database cannot be used; see the gateway's log");
    }

    /// <summary>The gateway is ready all the same. What is wrong with its settings is told to those who may see them.</summary>
    private async ValueTask<FailedReload?> FailureForAdminsAsync(HttpContext context) =>
        reloader.LastFailure is { } failure
        && (await gate.AuthenticateAsync(context.Request.Headers.Authorization)).Principal is { } principal && principal.Has(Permissions.Admin)
            ? failure
            : null;

    private static Problem NotReady(string detail) => Problem.Of(ProblemTypes.NotReady, detail);
}

internal sealed record HealthResponse(string Status)
{
    /// <summary>Why the last reload changed nothing; for admins only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FailedReload? FailedReload { get; init; }
}
