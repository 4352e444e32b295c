using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>What an operator can do with a running pool: drain, resume, reset, resize.</summary>
internal sealed class PoolActionEndpoints(
    BodyReader bodies,
    PoolGate pools,
    SessionPoolManager manager,
    PoolConfigResolver resolver,
    ServerChanges changes,
    ChangeGate gate,
    AuditTrail audit,
    TimeProvider clock)
{
    private const int DefaultDrainSeconds = 30;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/servers/{id}/pool/drain", Answering.With(DrainAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapPost("/servers/{id}/pool/resume", Answering.With(ResumeAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapPost("/servers/{id}/pool/reset", Answering.With(ResetAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapPost("/servers/{id}/pool/resize", Answering.With(ResizeAsync)).RequirePermission(Permissions.ServersWrite);
    }

    private async Task<IResult> DrainAsync(HttpContext context)
    {
        var id = context.RouteValue("id");
        var body = await bodies.ReadAsync(context.Request, mayBeEmpty: true);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        using var turn = await gate.EnterAsync(context.RequestAborted);
        var live = pools.Find(id);
        if (live.Problem is not null)
        {
            return live.Problem;
        }

        var errors = new ValidationErrors();
        var seconds = body.Value.Fields(errors).Integer("timeout", 10, 300) ?? DefaultDrainSeconds;
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var pool = live.Value.Server.Pool;
        if (!manager.TryDrain(id, pool, TimeSpan.FromSeconds(seconds)))
        {
            return Problem.Of(ProblemTypes.Conflict, "the pool is already draining or drained; resume or reset it to go on");
        }

        audit.Note(context.GetPrincipal(), AuditActions.PoolDrain, id, new JsonObject { ["timeout"] = seconds });
        return TypedResults.Json(new DrainResponse("draining", pool.Stats().Active), WireJson.Relaxed.DrainResponse, statusCode: StatusCodes.Status202Accepted);
    }

    private async Task<IResult> ResumeAsync(HttpContext context)
    {
        var id = context.RouteValue("id");
        using var turn = await gate.EnterAsync(context.RequestAborted);
        return Act(id, live =>
        {
            if (!live.Server.Pool.TryResume())
            {
                return Problem.Of(ProblemTypes.Conflict, "the pool is not draining; there is nothing to resume");
            }

            audit.Note(context.GetPrincipal(), AuditActions.PoolResume, id);
            return null;
        });
    }

    private async Task<IResult> ResetAsync(HttpContext context)
    {
        var id = context.RouteValue("id");
        using var turn = await gate.EnterAsync(context.RequestAborted);
        return Act(id, live =>
        {
            live.Server.Pool.Reset();
            audit.Note(context.GetPrincipal(), AuditActions.PoolReset, id);
            return null;
        });
    }

    private async Task<IResult> ResizeAsync(HttpContext context)
    {
        var id = context.RouteValue("id");
        var live = pools.Find(id);
        if (live.Problem is not null)
        {
            return live.Problem;
        }

        if (!int.TryParse(context.Query("size"), out var wanted) || wanted is < 1 or > 1000)
        {
            return Problem.Of("/size", "must be a whole number from 1 to 1000: POST /servers/{id}/pool/resize?size=8");
        }

        var changed = await changes.ChangeAsync(
            id,
            context.Request,
            current => PoolConfigEndpoints.With(current, (current.Pool ?? new PoolSettings()) with { Size = wanted }, resolver, new ValidationErrors()),
            AuditActions.PoolResize);
        return changed.Problem is not null ? changed.Problem : Act(id, static _ => null);
    }

    /// <summary>Runs <paramref name="action"/> on a pool whose server is active; answers with its stats.</summary>
    private IResult Act(string id, Func<LivePool, Problem?> action)
    {
        var live = pools.Find(id);
        if (live.Problem is not null)
        {
            return live.Problem;
        }

        if (!live.Value.Server.Definition.Enabled)
        {
            return Problem.Of(ProblemTypes.Conflict, $"the server is inactive; activate it first: POST /servers/{id}/state?activate=true");
        }

        return action(live.Value) is { } problem
            ? problem
            : TypedResults.Json(PoolReadings.Stats(live.Value.Server, live.Value.Identity, clock.GetUtcNow()), WireJson.Relaxed.PoolStatsResponse);
    }
}
