using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Pooling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>What a pool is doing.</summary>
internal sealed class PoolEndpoints(PoolGate pools, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        // Literal segments win over {id} in routing.
        routes.MapGet("/servers/pools", Answering.With(List)).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/pools/strategies", Answering.With(static () => TypedResults.Json(Strategies.Response, WireJson.Relaxed.StrategyListResponse))).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/pools/health", Answering.With(Health)).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/{id}/pool/stats", Answering.With(Stats)).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/{id}/pool/sessions", Answering.With(Sessions)).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/{id}/pool/events", Answering.With(Events)).RequirePermission(Permissions.ServersRead);
    }

    private JsonHttpResult<PoolListResponse> List()
    {
        var all = Readings(clock.GetUtcNow());
        return TypedResults.Json(new PoolListResponse(all.Count, all), WireJson.Relaxed.PoolListResponse);
    }

    private JsonHttpResult<PoolHealthResponse> Health()
    {
        var now = clock.GetUtcNow();
        return TypedResults.Json(PoolReadings.Health(Readings(now), now), WireJson.Relaxed.PoolHealthResponse);
    }

    private IResult Stats(HttpContext context)
    {
        var live = pools.Find(context.RouteValue("id"));
        return live.Problem is not null
            ? live.Problem
            : TypedResults.Json(PoolReadings.Stats(live.Value.Server, live.Value.Identity, clock.GetUtcNow()), WireJson.Relaxed.PoolStatsResponse);
    }

    private IResult Sessions(HttpContext context)
    {
        var live = pools.Find(context.RouteValue("id"));
        if (live.Problem is not null)
        {
            return live.Problem;
        }

        var status = context.Query("status");
        var wanted = status is null ? null : WireName<SessionStatus>.Parse(status);
        if (status is not null && wanted is null)
        {
            return Problem.Of("/status", $"must be one of {string.Join(", ", WireName<SessionStatus>.All)}");
        }

        var now = clock.GetUtcNow();
        var sessions = live.Value.Server.Pool.Sessions()
            .Where(session => wanted is null || session.Status == wanted)
            .Select(session => PoolReadings.Session(live.Value.Server, session, now))
            .ToList();
        return TypedResults.Json(
            new PoolSessionsResponse(live.Value.Identity.PoolId.ToString(), live.Value.Server.Definition.Id, sessions.Count, sessions),
            WireJson.Relaxed.PoolSessionsResponse);
    }

    private IResult Events(HttpContext context)
    {
        var live = pools.Find(context.RouteValue("id"));
        return live.Problem is not null
            ? live.Problem
            : TypedResults.Json(
                new PoolEventsResponse([.. live.Value.Server.Pool.Events().Select(happened => PoolReadings.Event(live.Value.Server, happened))]),
                WireJson.Relaxed.PoolEventsResponse);
    }

    private List<PoolStatsResponse> Readings(DateTimeOffset now) =>
        [.. pools.All.Select(live => PoolReadings.Stats(live.Server, live.Identity, now))];
}
