using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.Enrichment;

namespace EdgeGateway.Logging;

/// <summary>Says in each record which trace it belongs to, where somebody traces.</summary>
internal sealed class TraceEnricher : ILogEnricher
{
    public void Enrich(IEnrichmentTagCollector collector)
    {
        if (Activity.Current is { } span)
        {
            collector.Add("trace_id", span.TraceId.ToHexString());
            collector.Add("span_id", span.SpanId.ToHexString());
        }
    }
}
