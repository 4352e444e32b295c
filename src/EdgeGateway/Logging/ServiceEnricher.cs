using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using Microsoft.Extensions.Diagnostics.Enrichment;

namespace EdgeGateway.Logging;

/// <summary>Says in each record whose it is: where the logs of several hosts come together that is the first question.</summary>
internal sealed class ServiceEnricher(GatewayOptions options) : IStaticLogEnricher
{
    public void Enrich(IEnrichmentTagCollector collector)
    {
        collector.Add("service.name", options.Otlp.ServiceName);
        collector.Add("service.version", BuildInfo.Version);
        collector.Add("host.name", Environment.MachineName);
    }
}
