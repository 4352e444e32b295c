using System.Collections.Frozen;
using OpenTelemetry.Metrics;

namespace EdgeGateway.Telemetry;

/// <summary>Of what the runtime measures of itself, that by which an operator sees a leak or a machine that is too small; the rest is left out.</summary>
internal static class RuntimeMeters
{
    private static readonly FrozenSet<string> Wanted = FrozenSet.Create(
        StringComparer.Ordinal,
        "dotnet.gc.collections",
        "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.memory.committed_size",
        "dotnet.process.cpu.time",
        "dotnet.process.memory.working_set",
        "dotnet.thread_pool.queue.length");

    public static MeterProviderBuilder AddGatewayMeters(this MeterProviderBuilder meters) => meters
        .AddMeter(MeterNames.All)
        .AddView(instrument => instrument.Meter.Name == MeterNames.Runtime && !Wanted.Contains(instrument.Name) ? MetricStreamConfiguration.Drop : null);
}
