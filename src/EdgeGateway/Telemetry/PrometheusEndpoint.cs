using EdgeGateway.DataPath.Authenticate;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace EdgeGateway.Telemetry;

/// <summary>
/// <c>GET /metrics</c>: the meters as Prometheus text, for whoever has a token with <c>servers.read</c>. Collecting begins with the first
/// request, so that a gateway nobody scrapes pays nothing: its histograms count from there, its totals from the start of the process.
/// </summary>
internal sealed class PrometheusEndpoint : IDisposable
{
    private readonly Lazy<Pipeline> _pipeline;

    public PrometheusEndpoint(IServiceProvider services) => _pipeline = new(() => Build(services));

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", context => _pipeline.Value.Answer(context)).RequirePermission(Permissions.ServersRead);

    public void Dispose()
    {
        if (_pipeline.IsValueCreated)
        {
            _pipeline.Value.Provider.Dispose();
        }
    }

    private static Pipeline Build(IServiceProvider services)
    {
        var provider = Sdk.CreateMeterProviderBuilder()
            .AddGatewayMeters()
            .AddPrometheusExporter(exporter =>
            {
                // One gateway's own words: the scope is always the same, and the target is what the scraper calls it.
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
            })
            .Build();
        var branch = new ApplicationBuilder(services);
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(provider, static _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        return new Pipeline(provider, branch.Build());
    }

    private sealed record Pipeline(MeterProvider Provider, RequestDelegate Answer);
}
