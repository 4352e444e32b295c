using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>What a pool did in the last minutes, hours or days.</summary>
internal sealed class PoolMetricsEndpoints(PoolGate pools, PoolHistories histories, LiveSettings settings)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/servers/{id}/pool/metrics", Answering.With(MetricsAsync)).RequirePermission(Permissions.ServersRead);

    private async Task<IResult> MetricsAsync(HttpContext context)
    {
        var live = pools.Find(context.RouteValue("id"));
        if (live.Problem is not null)
        {
            return live.Problem;
        }

        if (!settings.Current.Pools.MetricsEnabled)
        {
            return Problem.Of(ProblemTypes.MetricsDisabled, "Pool metrics are disabled globally (SESSION_POOL_METRICS_ENABLED=false)");
        }

        var errors = new ValidationErrors();
        var window = MetricsWindow.Read(context.Query("hours"), context.Query("minutes"), errors);
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
