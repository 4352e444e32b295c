using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>Which strategy would fit what a pool does. Changes nothing.</summary>
internal sealed class PoolOptimizeEndpoints(PoolGate pools, PoolHistories histories, LiveSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Past = TimeSpan.FromHours(1);

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/servers/{id}/pool/optimize", Answering.With(OptimizeAsync)).RequirePermission(Permissions.ServersRead);

    private async Task<IResult> OptimizeAsync(HttpContext context)
    {
        var live = pools.Find(context.RouteValue("id"));
        if (live.Problem is not null)
        {
            return live.Problem;
        }

        var managed = live.Value.Server;
        var now = managed.Pool.Stats();
        var isRecorded = settings.Current.Pools.MetricsEnabled;
        var buckets = isRecorded ? await histories.CoarseAsync(managed, Past) : [];
        var evidence = new StrategyEvidence
        {
            Current = managed.Effective.Strategy,
            StateSeen = managed.Sighting.KeepsState && managed.Effective.Values.Isolation != Isolation.Shared,
            Bound = now.Bound,
            Endpoints = managed.Definition.Endpoints.Count,
            IsTimed = isRecorded,
            Past = buckets.Count > 0 ? buckets.Aggregate((a, b) => a.Plus(b)) : SinceItWasMade(managed, clock.GetUtcNow()),
        };
        return TypedResults.Json(PoolOptimizeResponse.Of(evidence, StrategyAdvice.Of(evidence), now), WireJson.Relaxed.PoolOptimizeResponse);
    }

    private static PoolBucket SinceItWasMade(ManagedServer managed, DateTimeOffset now)
    {
        var whole = new OpenBucket(now, now, PoolSample.Zero);
        whole.Observe(managed.Pool.Sample());
        return whole.Read();
    }
}
