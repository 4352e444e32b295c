using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>What a pool did in the last minutes, hours or days.</summary>
internal static class PoolMetricsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/servers/{id}/pool/metrics", MetricsAsync).RequirePermission(Permissions.ServersRead);

    private static async Task<IResult> MetricsAsync(
        PoolGate pools, PoolHistories histories, LiveSettings settings, string id, string? hours, string? minutes)
    {
        var live = pools.Find(id);
        if (live.Problem is not null)
        {
            return live.Problem;
        }

        if (!settings.Current.Pools.MetricsEnabled)
        {
            return Problem.Of(ProblemTypes.MetricsDisabled, "Pool metrics are disabled globally (SESSION_POOL_METRICS_ENABLED=false)");
        }

        var errors = new ValidationErrors();
        var window = MetricsWindow.Read(hours, minutes, errors);
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var buckets = window.Fine
            ? histories.Fine(live.Value.Server, window.Span)
            : await histories.CoarseAsync(live.Value.Server, window.Span);
        return TypedResults.Json(
            new PoolMetricsResponse((int)window.Bucket.TotalSeconds, [.. buckets.Select(PoolBucketResponse.Of)]),
            WireJson.Relaxed.PoolMetricsResponse);
    }
}
