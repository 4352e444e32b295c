using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Pooling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>What a pool is doing.</summary>
internal static class PoolEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        // Literal segments win over {id} in routing.
        routes.MapGet("/servers/pools", List).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/pools/strategies", () => TypedResults.Json(Strategies.Response, WireJson.Relaxed.StrategyListResponse)).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/pools/health", Health).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/{id}/pool/stats", Stats).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/{id}/pool/sessions", Sessions).RequirePermission(Permissions.ServersRead);
        routes.MapGet("/servers/{id}/pool/events", Events).RequirePermission(Permissions.ServersRead);
    }

    private static JsonHttpResult<PoolListResponse> List(PoolGate pools, TimeProvider clock)
    {
        var all = Readings(pools, clock.GetUtcNow());
        return TypedResults.Json(new PoolListResponse(all.Count, all), WireJson.Relaxed.PoolListResponse);
    }

    private static JsonHttpResult<PoolHealthResponse> Health(PoolGate pools, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return TypedResults.Json(PoolReadings.Health(Readings(pools, now), now), WireJson.Relaxed.PoolHealthResponse);
    }

    private static IResult Stats(PoolGate pools, TimeProvider clock, string id)
    {
        var live = pools.Find(id);
        return live.Problem is not null
            ? live.Problem
            : TypedResults.Json(PoolReadings.Stats(live.Value.Server, live.Value.Identity, clock.GetUtcNow()), WireJson.Relaxed.PoolStatsResponse);
    }

    private static IResult Sessions(PoolGate pools, TimeProvider clock, string id, string? status)
    {
        var live = pools.Find(id);
        if (live.Problem is not null)
        {
            return live.Problem;
        }

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
            new PoolSessionsResponse(live.Value.Identity.PoolId.ToString(), id, sessions.Count, sessions),
            WireJson.Relaxed.PoolSessionsResponse);
    }

    private static IResult Events(PoolGate pools, string id)
    {
        var live = pools.Find(id);
        return live.Problem is not null
            ? live.Problem
            : TypedResults.Json(
                new PoolEventsResponse([.. live.Value.Server.Pool.Events().Select(happened => PoolReadings.Event(live.Value.Server, happened))]),
                WireJson.Relaxed.PoolEventsResponse);
    }

    private static List<PoolStatsResponse> Readings(PoolGate pools, DateTimeOffset now) =>
        [.. pools.All.Select(live => PoolReadings.Stats(live.Server, live.Identity, now))];
}
